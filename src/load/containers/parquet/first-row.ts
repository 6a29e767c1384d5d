import { AuditError } from '../../../errors.js';
import type { OpenFile } from '../../bytes/files.js';
import { quoted } from '../../bytes/quoted.js';
import { MAX_NUMBERS_HELD } from '../../bytes/shapes.js';
import { RunLengths } from './bits.js';
import type { NumberColumn } from './columns.js';
import type { ColumnChunk } from './footer.js';
import { bodyOf, pageAt } from './pages.js';

/** Levels that are read in one step. */
const STEP = 2 ** 12;

/** The repetition and definition levels of a chunk's values, in order. */
async function* levelsOf(
  file: OpenFile,
  chunk: ColumnChunk,
  column: NumberColumn,
): AsyncGenerator<readonly [Uint32Array, Uint32Array]> {
  const bits = (highest: number): number => Math.ceil(Math.log2(highest + 1));
  for (let start = chunk.start, seen = 0; seen < chunk.values;) {
    const page = await pageAt(file, start, chunk, column);
    start = page.next;
    if (page.isDictionary) continue;
    const body = await bodyOf(file, page, chunk, column);
    const repetition = new RunLengths(body.repetition, bits(column.lists));
    const definition = new RunLengths(body.definition, bits(column.definition));
    for (let left = page.values; left > 0; left -= STEP) {
      const pair = [new Uint32Array(Math.min(STEP, left)), new Uint32Array(Math.min(STEP, left))] as const;
      repetition.take(pair[0]);
      definition.take(pair[1]);
      yield pair;
    }
    seen += page.values;
  }
}

/** Counts the values of the first row. `starts[k]` of them begin an item of the lists at depth k; depth 0 is the row. */
class FirstRow {
  readonly starts: number[];
  readonly #column: NumberColumn;
  #values = 0;

  constructor(column: NumberColumn) {
    this.#column = column;
    this.starts = Array.from({ length: column.lists + 1 }, () => 0);
  }

  /** False once the next row has begun. @throws Error for nulls and empty lists */
  add(repetition: Uint32Array, definition: Uint32Array): boolean {
    for (let i = 0; i < repetition.length; i++) {
      const level = repetition[i] ?? 0;
      if (level === 0 && this.#values > 0) return false;
      if (definition[i] !== this.#column.definition) throw new Error('a missing value (null), or an empty list');
      for (let inner = level; inner <= this.#column.lists; inner++) this.starts[inner] = (this.starts[inner] ?? 0) + 1;
      this.#values += 1;
      if (this.#values > MAX_NUMBERS_HELD) throw new Error(`more than ${MAX_NUMBERS_HELD} numbers`);
    }
    return true;
  }
}

/**
 * The shape of the lists in the first row.
 * @throws AuditError FA102 when their lengths differ, FA103 when a value is missing
 */
export async function shapeOfFirstRow(
  file: OpenFile,
  chunk: ColumnChunk,
  column: NumberColumn,
): Promise<readonly number[]> {
  const row = new FirstRow(column);
  const where = `${file.label} row 0, column ${quoted(column.name)}`;
  for await (const [repetition, definition] of levelsOf(file, chunk, column)) {
    try {
      if (!row.add(repetition, definition)) break;
    } catch (error) {
      const what = `${where}: ${(error as Error).message}`;
      throw new AuditError('FA103', { what, fix: 'give every row lists of numbers of one size' }, { cause: error });
    }
  }
  const shape = row.starts.slice(1).map((count, level) => count / (row.starts[level] ?? 1));
  if (shape.every(Number.isSafeInteger)) return shape;
  throw new AuditError('FA102', { what: `${where}: lists of different lengths`, fix: 'give all rows the same shape' });
}
