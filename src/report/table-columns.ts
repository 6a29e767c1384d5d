import type { Cell, Table, TableColumn, Tone } from './document.js';

/** A column of a table with one row for each `Row`. */
export interface Column<Row> extends TableColumn {
  readonly tone?: (row: Row) => Tone;
  text(row: Row): string;
  /** The value that rows are sorted by; the text by default. */
  value?(row: Row): number | string | null;
}

/** The table with one row for each of `rows`. */
export const tableOf = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Table => ({
  columns: columns.map(({ title, rank, align }) => ({ title, rank, align })),
  rows: rows.map((row) =>
    columns.map((column): Cell => {
      const text = column.text(row);
      return { text, tone: column.tone?.(row) ?? 'plain', value: column.value ? column.value(row) : text };
    }),
  ),
});
