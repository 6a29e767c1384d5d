import { AuditError } from '../../errors.js';
import type { ArraySource, Batch } from './dataset.js';
import { sizeOf } from '../../kernels/kernels.js';
import { shapeText } from '../bytes/shapes.js';

/** The rows of one input of the model. */
export interface RowSource {
  /** What messages call it. */
  readonly label: string;
  readonly source: ArraySource;
  readonly rescaling: Rescaling;
}

/** x' = x·scale + offset */
export interface Rescaling {
  readonly scale: number;
  readonly offset: number;
}

/** Takes rows from chunks of any size, and holds at most one chunk. */
class RowReader {
  readonly #chunks: AsyncIterator<Float64Array>;
  #chunk: Float64Array = new Float64Array(0);
  readonly #rowCount: number;

  constructor(readonly input: RowSource) {
    this.#chunks = input.source.chunks()[Symbol.asyncIterator]();
    this.#rowCount = sizeOf(input.source.shape);
  }

  /** The next `rows` rows, or fewer at the end. */
  async take(rows: number): Promise<Float64Array> {
    const values = new Float64Array(rows * this.#rowCount);
    let filled = 0;
    while (filled < values.length) {
      if (this.#chunk.length === 0 && !(await this.#refill())) break;
      const piece = this.#chunk.subarray(0, values.length - filled);
      values.set(piece, filled);
      filled += piece.length;
      this.#chunk = this.#chunk.subarray(piece.length);
    }
    return filled === values.length ? values : values.slice(0, filled);
  }

  async #refill(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#chunk = next.value;
    return true;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** The indices of the number at this place of a row, for row-major order. */
export function positionOf(place: number, shape: readonly number[]): number[] {
  let rest = place;
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .reverse();
}

function notFinite({ label, source }: RowSource, first: number, place: number, read: number): AuditError {
  const rowCount = sizeOf(source.shape);
  const position = positionOf(place % rowCount, source.shape);
  const row = `${label} row ${first + Math.floor(place / rowCount)}`;
  const where = position.length === 0 ? row : `${row}, position ${shapeText(position)}`;
  const [after, fix] = Number.isFinite(read)
    ? [' after scaling', 'use other values of --scale and --offset']
    : ['', 'write a finite number, or remove the row'];
  const why = 'rows and positions are counted from 0';
  return new AuditError('FA103', { what: `${where}: ${read} is not a finite number${after}`, why, fix });
}

/** Rescales in place. @throws AuditError FA103 for the first number that is not finite before or after that */
function rescale(values: Float64Array, first: number, input: RowSource): void {
  const { scale, offset } = input.rescaling;
  for (let i = 0; i < values.length; i++) {
    const read = values[i] ?? NaN;
    const value = read * scale + offset;
    if (!Number.isFinite(value)) throw notFinite(input, first, i, read);
    values[i] = value;
  }
}

function commonRows(values: readonly Float64Array[], inputs: readonly RowSource[]): number {
  const rows = values.map((array, i) => array.length / sizeOf(inputs[i]?.source.shape ?? []));
  const [count = 0] = rows;
  const other = rows.findIndex((number) => number !== count);
  if (other < 0) return count;
  throw new AuditError('FA102', {
    what: `${inputs[0]?.label} and ${inputs[other]?.label} have different numbers of rows`,
    fix: 'give every input the same number of rows',
  });
}

/**
 * The first `limit` rows of all inputs in batches of `size`. Memory holds one batch, and one chunk of each input. Streams
 * are closed when the consumer stops.
 * @throws AuditError FA102 when an array is damaged or the numbers of rows differ, FA103 for NaN and Infinity
 */
export async function* sliceBatches(inputs: readonly RowSource[], size: number, limit: number): AsyncGenerator<Batch> {
  const readers = inputs.map((input) => new RowReader(input));
  try {
    for (let first = 0; first < limit;) {
      const values: Float64Array[] = [];
      for (const reader of readers) values.push(await reader.take(Math.min(size, limit - first)));
      const count = commonRows(values, inputs);
      if (count === 0) return;
      values.forEach((array, i) => rescale(array, first, inputs[i]!));
      yield { first, count, values };
      first += count;
    }
  } finally {
    for (const reader of readers) await reader.close();
  }
}
