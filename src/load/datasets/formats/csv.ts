import { isClosed } from '../../../network/inputs.js';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { AuditError } from '../../../errors.js';
import type { NetworkInput } from '../../../network/inputs.js';
import type { ArraySource, DatasetFormat } from '../dataset.js';
import { isLabels } from '../match-arrays.js';
import { type ByteSource, fileSource } from '../../bytes/byte-source.js';
import { readingError } from '../../bytes/reading-errors.js';
import { sizeOf } from '../../../kernels/kernels.js';
import { quoted } from '../../bytes/quoted.js';
import { rowsPerChunk } from '../../bytes/shapes.js';

/** A record of csv-parse with its option `info`: the cells, and the line in which they end. */
interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Without two ways to read the same digits, which would take time that grows with their square. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** Ways to write a missing number. Such a cell does not make the first row a header. */
const MISSING = /^([+-]?(nan|inf|infinity)|n\/?a|null|none|\?)?$/i;
/** Characters of the longest row, so that a damaged file without line ends does not fill the memory. */
const ROW_LIMIT = 2 ** 26;

function rowError(label: string, error: CsvError): AuditError {
  const line: unknown = error['lines'];
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    const why = `a row has more than ${ROW_LIMIT} characters`;
    return new AuditError('FA100', {
      what: `${label} cannot be read`,
      why,
      fix: 'write one row per line, or use .npy',
    });
  }
  const what = typeof line === 'number' ? `${label} line ${line} cannot be read` : `${label} cannot be read`;
  const why = 'quotes do not match';
  return new AuditError('FA102', { what, why, fix: 'write plain numbers separated by commas' });
}

async function* readRows(source: ByteSource): AsyncGenerator<Row> {
  const { label } = source;
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: ROW_LIMIT,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  // The consumer gets every error from the parser; pipeline closes both streams.
  const rows = pipeline(source.stream(), parser, () => undefined) as AsyncIterable<Row>;
  try {
    yield* rows;
  } catch (error) {
    throw error instanceof CsvError ? rowError(label, error) : readingError(label, error);
  }
}

function isHeader(row: Row): boolean {
  return row.record.some((cell) => !NUMBER.test(cell) && !MISSING.test(cell));
}

/** @throws AuditError FA103 with line and column, both counted from 1 */
function numberOf(cell: string, label: string, line: number, column: number): number {
  const value = NUMBER.test(cell) ? Number(cell) : NaN;
  if (Number.isFinite(value)) return value;
  const what = `${label} line ${line}, column ${column}: ${cell === '' ? 'an empty cell' : quoted(cell)} is not a number`;
  throw new AuditError('FA103', { what, fix: fixFor(cell) });
}

function fixFor(cell: string): string {
  if (cell.includes(';')) return 'separate cells with commas';
  if (NUMBER.test(cell)) return 'write numbers below 1.8e308';
  if (MISSING.test(cell)) return 'fill in a number, or remove the row';
  return 'write the column as numbers (for labels, the numbers of classes), or remove it';
}

function checkWidth(row: Row, columns: number, label: string): void {
  const cells = row.record.length;
  if (cells === columns) return;
  const what = `${label} line ${row.info.lines}: the number of cells is ${cells}, but ${columns} in the first row`;
  throw new AuditError('FA102', { what, fix: 'give all rows the same number of cells' });
}

/** The numbers of the chosen columns, in chunks of whole rows. `columns` is the count of cells in each row. */
async function* readChunks(
  source: ByteSource,
  columns: number,
  chosen: readonly number[],
): AsyncGenerator<Float64Array> {
  const { label } = source;
  const size = rowsPerChunk(chosen.length) * chosen.length;
  let chunk = new Float64Array(size);
  let filled = 0;
  let first = true;
  for await (const row of readRows(source)) {
    checkWidth(row, columns, label);
    const header = first && isHeader(row);
    first = false;
    if (header) continue;
    for (const column of chosen)
      chunk[filled++] = numberOf(row.record[column] ?? '', label, row.info.lines, column + 1);
    if (filled < size) continue;
    yield chunk;
    chunk = new Float64Array(size);
    filled = 0;
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

/** @throws AuditError FA102 when a row is one cell that seems to hold several */
function checkSeparator(row: Row, label: string): void {
  const [only = '', second] = row.record;
  // The name of a single column may hold spaces.
  const numbers = only.split(/\s+/);
  const spaced = numbers.length > 1 && numbers.every((part) => NUMBER.test(part));
  if (second !== undefined || !(spaced || /[;\t]/.test(only))) return;
  const what = `${label} line ${row.info.lines}: one cell, ${quoted(only.slice(0, 40))}`;
  throw new AuditError('FA102', { what, why: 'cells must be separated by commas', fix: 'write the file with commas' });
}

/**
 * The first row, and whether it names the columns.
 * @throws AuditError FA102 for other separators than commas, FA105 when there are no rows of numbers
 */
async function firstRow(source: ByteSource): Promise<{ readonly cells: readonly string[]; readonly header: boolean }> {
  let header: readonly string[] | undefined;
  for await (const row of readRows(source)) {
    if (header !== undefined) return { cells: header, header: true };
    checkSeparator(row, source.label);
    if (!isHeader(row)) return { cells: row.record, header: false };
    header = row.record;
  }
  throw new AuditError('FA105', {
    what: `${source.label} has no rows of numbers`,
    fix: 'give a file with at least one row',
  });
}

/** Columns with a usual name of labels, unless the model's input has as many numbers as there are columns. */
function labelColumns(names: readonly string[], wanted: readonly NetworkInput[]): readonly number[] {
  const labels = [...names.keys()].filter((column) => isLabels({ name: names[column] ?? '' }, wanted));
  const sizes = wanted[0]?.shape ?? [];
  const wantsAll = isClosed(sizes) && sizeOf(sizes) === names.length;
  return wantsAll || labels.length === names.length ? [] : labels;
}

/** One row per line. Every column except labels is a feature. A first row with a cell that is not a number is a header. */
export const csv: DatasetFormat = {
  extensions: ['.csv'],
  description: 'one row of numbers per line, with or without a header; every column but labels is a feature',
  async open(path, wanted) {
    const source = await fileSource(path);
    const { cells, header } = await firstRow(source);
    const labels = header ? labelColumns(cells, wanted) : [];
    const features = [...cells.keys()].filter((column) => !labels.includes(column));
    const array = (name: string | null, chosen: readonly number[]): ArraySource => ({
      name,
      shape: name === null ? [chosen.length] : [],
      rows: null,
      chunks: () => readChunks(source, cells.length, chosen),
    });
    return [array(null, features), ...labels.map((column) => array(cells[column] ?? '', [column]))];
  },
};
