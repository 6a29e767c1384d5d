import { AuditError } from '../../../errors.js';
import type { OpenFile } from '../../bytes/files.js';
import { sizeOf } from '../../../kernels/kernels.js';
import { quoted } from '../../bytes/quoted.js';
import { shapeText } from '../../bytes/shapes.js';
import { RunLengths } from './bits.js';
import type { NumberColumn } from './columns.js';
import type { ColumnChunk, RowGroup } from './footer.js';
import { dictionaryValues, pageValues } from './page-values.js';
import { type Page, type PageBody, bodyOf, pageAt } from './pages.js';

/** A column whose rows all have this shape. */
export interface ShapedColumn {
  readonly column: NumberColumn;
  readonly shape: readonly number[];
}

/** Rows `first` to `first + count` of a row group. `before` rows of the file are in earlier groups. */
export interface RowRange {
  readonly group: RowGroup;
  readonly before: number;
  readonly first: number;
  readonly count: number;
}

/** Where the numbers of a column go: into a matrix with `width` numbers in a row, from column `offset` on. */
export interface Place {
  readonly into: Float64Array;
  readonly width: number;
  readonly offset: number;
}

const ROWS_FROM_0 = 'rows are counted from 0';

/** The repetition level of each value of a row of this shape: 0 for the first one, more inside a list that continues. */
function repetitionPattern(shape: readonly number[]): Uint8Array {
  const pattern = new Uint8Array(sizeOf(shape)).fill(shape.length);
  let step = 1;
  for (let level = shape.length - 1; level >= 0; level--) {
    step *= shape[level] ?? 1;
    for (let i = 0; i < pattern.length; i += step) pattern[i] = level;
  }
  return pattern;
}

/** Reads rows of one column in order, row group by row group. All rows must have the shape of `ShapedColumn`. */
export class ColumnReader {
  readonly #file: OpenFile;
  readonly #shaped: ShapedColumn;
  readonly #pattern: Uint8Array;
  #group: RowGroup | null = null;
  /** Where the page with the next value starts, and how many values of the group are before it. */
  #pageStart = 0;
  #before = 0;

  constructor(file: OpenFile, shaped: ShapedColumn) {
    this.#file = file;
    this.#shaped = shaped;
    this.#pattern = repetitionPattern(shaped.shape);
  }

  get #column(): NumberColumn {
    return this.#shaped.column;
  }

  /** @throws AuditError FA102 for rows of other shapes, FA103 for nulls and numbers that are not finite */
  async read(rows: RowRange, place: Place): Promise<void> {
    const chunk = rows.group.chunks[this.#column.chunk]!;
    if (this.#group !== rows.group) [this.#group, this.#pageStart, this.#before] = [rows.group, chunk.start, 0];
    const perRow = this.#pattern.length;
    const end = (rows.first + rows.count) * perRow;
    let dictionary: Float64Array | null = null;
    for (let next = rows.first * perRow; next < end;) {
      const page = await pageAt(this.#file, this.#pageStart, chunk, this.#column);
      dictionary ??= await this.#dictionary(chunk, page);
      if (page.isDictionary || this.#before + page.values <= next) {
        this.#pass(page);
        continue;
      }
      const from = next - this.#before;
      const count = Math.min(page.values - from, end - next);
      const body = await bodyOf(this.#file, page, chunk, this.#column);
      this.#checkLevels(body, from, count, next, rows);
      const { type, physicalType } = this.#column;
      const values = { encoding: page.encoding, bytes: body.values, type, physicalType, dictionary };
      this.#put(pageValues(values, from, count), next, rows, place);
      next += count;
    }
    if (rows.first + rows.count === rows.group.rows && chunk.values !== end) throw this.#ragged(end, rows);
  }

  #pass(page: Page): void {
    this.#pageStart = page.next;
    if (!page.isDictionary) this.#before += page.values;
  }

  /** The dictionary of the chunk, which is its first page; null where it has none. */
  async #dictionary(chunk: ColumnChunk, current: Page): Promise<Float64Array | null> {
    const first =
      this.#pageStart === chunk.start ? current : await pageAt(this.#file, chunk.start, chunk, this.#column);
    if (!first.isDictionary) return null;
    const { values } = await bodyOf(this.#file, first, chunk, this.#column);
    return dictionaryValues(values, this.#column.type, first.encoding, first.values);
  }

  /** @param next the index of the first value in the row group */
  #checkLevels(body: PageBody, from: number, count: number, next: number, rows: RowRange): void {
    const { lists, definition } = this.#column;
    const perRow = this.#pattern.length;
    const repeated = lists > 0 ? levels(body.repetition, lists, from, count) : null;
    const defined = definition > 0 ? levels(body.definition, definition, from, count) : null;
    for (let i = 0; i < count; i++) {
      if (repeated !== null && repeated[i] !== this.#pattern[(next + i) % perRow]) throw this.#ragged(next + i, rows);
      if (defined !== null && defined[i] !== definition) throw this.#missing(next + i, rows);
    }
  }

  #put(values: Float64Array, next: number, rows: RowRange, { into, width, offset }: Place): void {
    const perRow = this.#pattern.length;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? NaN;
      if (!Number.isFinite(value)) throw this.#notFinite(value, next + i, rows);
      const at = next + i - rows.first * perRow;
      into[Math.floor(at / perRow) * width + offset + (at % perRow)] = value;
    }
  }

  /** What messages call the row of this value of the row group. */
  #where(value: number, rows: RowRange): string {
    const row = rows.before + Math.floor(value / this.#pattern.length);
    return `${this.#file.label} row ${row}, column ${quoted(this.#column.name)}`;
  }

  #ragged(value: number, rows: RowRange): AuditError {
    // A row that starts too early or too late means that the row before it has the wrong length.
    const row = Math.max(0, value - 1);
    const what = `${this.#where(row, rows)}: lists of other lengths than in the first row, whose shape is ${shapeText(this.#shaped.shape)}`;
    return new AuditError('FA102', { what, why: ROWS_FROM_0, fix: 'give all rows the same shape' });
  }

  #missing(value: number, rows: RowRange): AuditError {
    const what = `${this.#where(value, rows)}: a missing value (null)${this.#column.lists > 0 ? ', or an empty list' : ''}`;
    return new AuditError('FA103', { what, why: ROWS_FROM_0, fix: 'fill in the value or remove the row' });
  }

  #notFinite(value: number, at: number, rows: RowRange): AuditError {
    const fault = this.#column.type.exact ? 'an integer beyond 2^53' : `${value} is not a finite number`;
    const fix = 'write a finite number (an integer up to 2^53), or remove the row';
    return new AuditError('FA103', { what: `${this.#where(at, rows)}: ${fault}`, why: ROWS_FROM_0, fix });
  }
}

function levels(bytes: Uint8Array, highest: number, from: number, count: number): Uint32Array {
  const runs = new RunLengths(bytes, Math.ceil(Math.log2(highest + 1)));
  runs.skip(from);
  const into = new Uint32Array(count);
  runs.take(into);
  return into;
}
