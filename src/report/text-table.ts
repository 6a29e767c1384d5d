import { stripVTControlCharacters } from 'node:util';
import type { ChalkInstance } from 'chalk';
import TerminalTable from 'cli-table3';
import { abbreviated } from './abbreviate.js';
import type { Cell, Table, Tone } from './document.js';

/** Characters of a table without lines, which would take width. */
const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
const GAP = 2;

/** Longest text that is not abbreviated. */
const MAX_CELL = 28;

export const tones = (chalk: ChalkInstance): Record<Tone, (text: string) => string> => ({
  plain: (text) => text,
  good: chalk.green,
  warn: chalk.yellow,
  bad: chalk.red,
  faint: chalk.dim,
});

/** The table, and the titles of the columns that do not fit into the width. */
export function textTable(
  { columns, rows }: Table,
  width: number,
  chalk: ChalkInstance,
): { text: string; leftOut: string[] } {
  const shown = fitting({ columns, rows }, width);
  const paint = tones(chalk);
  const longest = shown.map((k) => rows.reduce((most, row) => longer(most, shortened(row[k]!)), ''));
  const painted = rows.map((row) => shown.map((k) => paint[row[k]!.tone](shortened(row[k]!))));
  const titles = shown.map((k) => columns[k]?.title ?? '');
  const aligned = shown.map((k) => columns[k]?.align ?? 'left');
  const parts = slices(painted).map((slice) => alignedLines(titles, aligned, [longest, ...slice]));
  const head = (parts[0] ?? []).slice(0, -1 - Math.min(rows.length, SLICE)).map((line) => chalk.bold(line));
  const body = parts.flatMap((lines) => lines.slice(head.length + 1));
  return {
    text: [...head, ...body].join('\n'),
    leftOut: columns.flatMap(({ title }, k) => (shown.includes(k) ? [] : [title.replace('\n', ' ')])),
  };
}

/** Rows that are laid out at once: the time that cli-table3 takes grows with their square. */
const SLICE = 256;

/** All rows in slices; one empty slice for no rows. */
const slices = <Row>(rows: readonly Row[]): (readonly Row[])[] =>
  Array.from({ length: Math.max(1, Math.ceil(rows.length / SLICE)) }, (_, k) => rows.slice(k * SLICE, (k + 1) * SLICE));

/**
 * The lines of the titles, and one line for each row. The first row has the longest cell of every column, so that all
 * slices of a table have the same widths.
 */
function alignedLines(
  titles: string[],
  colAligns: Table['columns'][number]['align'][],
  rows: readonly string[][],
): string[] {
  const terminal = new TerminalTable({
    head: titles,
    colAligns,
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  terminal.push(...rows);
  return terminal
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

const longer = (left: string, right: string): string => (right.length > left.length ? right : left);

const shortened = ({ text }: Cell): string => abbreviated(text, MAX_CELL);

/** The indices of the columns that fit into the width. */
function fitting({ columns, rows }: Table, width: number): number[] {
  const widths = columns.map(({ title }, k) =>
    // There may be more rows than a call takes arguments.
    rows.reduce(
      (most, row) => Math.max(most, shortened(row[k]!).length),
      Math.max(...title.split('\n').map((line) => line.length)),
    ),
  );
  let shown = columns.map((_, k) => k);
  while (shown.length > 1 && shown.reduce((sum, k) => sum + (widths[k] ?? 0) + GAP, -GAP) > width) {
    const ranks = shown.map((k) => columns[k]?.rank ?? 0);
    shown = shown.filter((_, place) => (ranks[place] ?? 0) > Math.min(...ranks));
  }
  return shown;
}

/** Columns that a text takes on a terminal. Colours take none. */
export const columnsOf = (text: string): number => stripVTControlCharacters(text).length;

/**
 * Breaks lines at spaces so that they fit into `width` columns. A longer word has a line of its own. Lines after the first
 * are indented. A dot between two facts stays with the fact before it, so that no line begins with a dot.
 */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?!· )/)) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
