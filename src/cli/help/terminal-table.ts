import { columnsOf, wrap } from '../../report/text-table.js';

const GAP = '  ';

/** A table whose cells are texts with or without colours. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly align: readonly ('left' | 'right')[];
  /** Whether dashes separate the head from the rows. */
  readonly ruled: boolean;
}

/**
 * The lines of a table, with cells wrapped so that it fits into `width` columns. Where even single words do not fit side
 * by side, each row becomes a paragraph of "head: cell" lines.
 */
export function tableLines({ head, rows, align, ruled }: TextTable, width: number): string[] {
  const columns = head.map((title, k) => [title, ...rows.map((row) => row[k] ?? '')]);
  const room = width - GAP.length * (columns.length - 1);
  const widths = columnWidths(columns, room);
  if (widths === null) return recordLines(head, rows, width);
  const rule = widths.map((columns) => '-'.repeat(columns));
  return [head, ...(ruled ? [rule] : []), ...rows].flatMap((row) => rowLines(row, widths, align));
}

function rowLines(row: readonly string[], widths: readonly number[], align: TextTable['align']): string[] {
  const cells = row.map((cell, k) => wrap(cell, widths[k] ?? 0).split('\n'));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, k) => padded(lines[line] ?? '', widths[k] ?? 0, align[k] ?? 'left'))
      .join(GAP)
      .trimEnd(),
  );
}

/** Widths of columns that add up to `room` at most; null where the longest words alone are wider. */
function columnWidths(columns: readonly (readonly string[])[], room: number): number[] | null {
  const natural = columns.map((cells) => Math.max(...cells.map(columnsOf)));
  const least = columns.map((cells) => Math.max(...cells.flatMap((cell) => cell.split(' ')).map(columnsOf)));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  if (sum(least) > room) return null;
  // Every column gets up to the same share; the largest share that fits is found by trying.
  const withShare = (share: number): number[] =>
    natural.map((whole, k) => Math.max(least[k] ?? 0, Math.min(whole, share)));
  let share = Math.max(...natural);
  while (share > 0 && sum(withShare(share)) > room) share--;
  return withShare(share);
}

function padded(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - columnsOf(text)));
  return align === 'right' ? space + text : text + space;
}

function recordLines(head: TextTable['head'], rows: TextTable['rows'], width: number): string[] {
  const records = rows.map((row) =>
    row.flatMap((cell, k) => wrap([head[k], cell].filter((text) => text !== '').join(': '), width, '  ').split('\n')),
  );
  return records.flatMap((lines, k) => (k === 0 ? lines : ['', ...lines]));
}
