import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';

/** A column of a table; those with a lower `rank` go first where the terminal is narrow. */
export interface Column<Row> {
  readonly title: string;
  readonly rank: number;
  readonly align: 'left' | 'right';
  readonly tone?: (row: Row) => Tone;
  text(row: Row): string;
}

/** What a cell says, for the colour; the text says it too. */
export type Tone = 'plain' | 'good' | 'warn' | 'faint';

/** No lines at all: they cost width. */
const borderless = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};
const GAP = 2;

/** Longest text that is shown whole. */
const MAX_CELL = 28;

const tones = (chalk: ChalkInstance): Record<Tone, (text: string) => string> => ({
  plain: (text) => text,
  good: chalk.green,
  warn: chalk.yellow,
  faint: chalk.dim,
});

/** The table, and the titles of the columns that the width leaves no room for. */
export function textTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  chalk: ChalkInstance,
): { text: string; leftOut: string[] } {
  const shown = fitting(columns, rows, width);
  const table = new Table({
    head: shown.map(({ title }) => title),
    colAligns: shown.map(({ align }) => align),
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  const paint = tones(chalk);
  for (const row of rows) table.push(shown.map((column) => paint[column.tone?.(row) ?? 'plain'](cell(column, row))));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const head = lines.slice(0, lines.length - rows.length).map((line) => chalk.bold(line));
  return {
    text: [...head, ...lines.slice(lines.length - rows.length)].join('\n'),
    leftOut: columns.filter((column) => !shown.includes(column)).map(({ title }) => title.replace('\n', ' ')),
  };
}

/** Long texts keep both ends: the middle says least. */
function cell<Row>(column: Column<Row>, row: Row): string {
  const text = column.text(row);
  return text.length <= MAX_CELL ? text : `${text.slice(0, MAX_CELL / 2 - 1)}…${text.slice(-MAX_CELL / 2)}`;
}

function fitting<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): Column<Row>[] {
  const widthOf = (column: Column<Row>): number =>
    Math.max(...column.title.split('\n').map((line) => line.length), ...rows.map((row) => cell(column, row).length));
  let shown = [...columns];
  while (shown.length > 1 && shown.reduce((sum, column) => sum + widthOf(column) + GAP, -GAP) > width) {
    // Columns of one rank belong together, as those of the two estimators do.
    const least = Math.min(...shown.map(({ rank }) => rank));
    shown = shown.filter(({ rank }) => rank > least);
  }
  return shown;
}

/** Breaks at spaces so that no line is wider, where words allow it; further lines are indented. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
