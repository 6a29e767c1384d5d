import { AuditError } from '../../../errors.js';
import type { OpenFile } from '../../bytes/files.js';
import { quoted } from '../../bytes/quoted.js';
import { MAX_NUMBERS_HELD } from '../../bytes/shapes.js';
import { RunLengths } from './bits.js';
import type { NumberColumn } from './columns.js';
import type { ColumnChunk } from './footer.js';
import { bodyOf, pageAt } from './pages.js';

/** Levels looked at in one step. */
const STEP = 2 ** 12;

/** The levels of a chunk's values in order, each with how many lists go on and how much of it is there. */
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

/** How many values of the first row start something at each level or further out: [rows, outermost lists' items, …]. */
class FirstRow {
  readonly starts: number[];
  private values = 0;

  constructor(private readonly column: NumberColumn) {
    this.starts = Array.from({ length: column.lists + 1 }, () => 0);
  }

  /** False once the next row has begun. @throws Error for nulls and empty lists */
  add(repetition: Uint32Array, definition: Uint32Array): boolean {
    for (let i = 0; i < repetition.length; i++) {
      const level = repetition[i] ?? 0;
      if (level === 0 && this.values > 0) return false;
      if (definition[i] !== this.column.definition) throw new Error('a missing value (null), or an empty list');
      for (let inner = level; inner <= this.column.lists; inner++) this.starts[inner] = (this.starts[inner] ?? 0) + 1;
      this.values += 1;
      if (this.values > MAX_NUMBERS_HELD) throw new Error(`more than ${MAX_NUMBERS_HELD} numbers`);
    }
    return true;
  }
}

/**
 * The shape that the lists of the first row have.
 * @throws AuditError FA102 when they have no shape, FA103 when something is missing
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
      throw new AuditError('FA103', { what: `${where}: ${(error as Error).message}` }, { cause: error });
    }
  }
  const shape = row.starts.slice(1).map((count, level) => count / (row.starts[level] ?? 1));
  if (shape.every(Number.isSafeInteger)) return shape;
  throw new AuditError('FA102', { what: `${where}: lists of different lengths`, fix: 'give all rows one shape' });
}
