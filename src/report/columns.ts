import type { Cell, Table, TableColumn, Tone } from './document.js';

/** A column of a table of things. */
export interface Column<Row> extends TableColumn {
  readonly tone?: (row: Row) => Tone;
  text(row: Row): string;
  /** What rows are sorted by; the text where it is left out. */
  value?(row: Row): number | string | null;
}

/** The table of some things: a row for each. */
export const tableOf = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Table => ({
  columns: columns.map(({ title, rank, align }) => ({ title, rank, align })),
  rows: rows.map((row) =>
    columns.map((column): Cell => {
      const text = column.text(row);
      return { text, tone: column.tone?.(row) ?? 'plain', value: column.value ? column.value(row) : text };
    }),
  ),
});
