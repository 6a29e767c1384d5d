import { AuditError } from '../../errors.js';
import type { ArraySource } from './dataset.js';
import { readThrough, type ByteSource } from '../bytes/byte-source.js';
import { decodeNumbers, type NumberType } from '../bytes/number-types.js';
import { sizeOf } from '../../kernels/kernels.js';
import { MAX_NUMBERS_HELD, rowsPerChunk, shapeText } from '../bytes/shapes.js';

/** How an array is stored in the bytes of its source. `shape` is that of the whole array, rows first. */
export interface StoredArray {
  readonly name: string | null;
  readonly shape: readonly number[];
  readonly type: NumberType;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  /** Bytes before the first number. */
  readonly start: number;
}

/** A checksummed source of up to this many bytes is read once to check it, before any of its numbers are used. */
const CHECK_FIRST_LIMIT = 2 ** 30;

function wrongLength(source: ByteSource, actual: number, expected: number): AuditError {
  const [fault, count] = actual < expected ? ['is cut off', 'only'] : ['has bytes after its end', 'at least'];
  return new AuditError('FA102', {
    what: `${source.label} ${fault}`,
    why: `its header declares ${expected} bytes in all, but it has ${count} ${actual}`,
    fix: 'write or download the file again (to save several arrays, use one .npz)',
  });
}

/** Arrays in Fortran order must be held in memory as a whole. @throws AuditError FA100 when this one is too large */
function checkFortran(source: ByteSource, count: number): void {
  if (count <= MAX_NUMBERS_HELD) return;
  throw new AuditError('FA100', {
    what: `${source.label} has ${count} numbers in Fortran order, which are too many for memory`,
    fix: 'save numpy.ascontiguousarray(x), which is read row by row',
  });
}

/** Bytes of the numbers. @throws AuditError FA102 when there is no axis for rows, or more bytes than in any file */
function payloadBytes(source: ByteSource, array: StoredArray): number {
  const { shape, type, start } = array;
  const bytes = sizeOf(shape) * type.bytes;
  if (shape.length > 0 && shape.every(Number.isSafeInteger) && Number.isSafeInteger(start + bytes)) return bytes;
  throw new AuditError('FA102', {
    what: `${source.label} is an array of shape ${shapeText(shape)}, not a list of rows`,
    fix: 'save an array whose first axis counts the rows',
  });
}

/**
 * The `total` bytes after the first `start` bytes of a stream, in blocks of `size` bytes; the last may be shorter.
 * @throws AuditError FA102 when the stream has fewer or more bytes
 */
async function* blocks(source: ByteSource, start: number, total: number, size: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  let left = total;
  let block = new Uint8Array(Math.min(size, left));
  let filled = 0;
  for await (const part of source.stream()) {
    let rest = part.subarray(Math.max(0, start - seen));
    seen += part.length;
    if (seen > start + total) throw wrongLength(source, seen, start + total);
    while (rest.length > 0) {
      const piece = rest.subarray(0, block.length - filled);
      block.set(piece, filled);
      filled += piece.length;
      rest = rest.subarray(piece.length);
      if (filled < block.length) break;
      yield block;
      left -= filled;
      block = new Uint8Array(Math.min(size, left));
      filled = 0;
    }
  }
  if (seen < start + total) throw wrongLength(source, seen, start + total);
}

/** For each number of a row in row-major order: its column in the Fortran-ordered [rows, columns] matrix. */
function fortranColumns(rowShape: readonly number[]): Int32Array {
  const columns = new Int32Array(sizeOf(rowShape));
  let repeat = columns.length;
  let stride = 1;
  for (const size of rowShape) {
    repeat /= size;
    for (let i = 0; i < columns.length; i++) columns[i] = (columns[i] ?? 0) + (Math.floor(i / repeat) % size) * stride;
    stride *= size;
  }
  return columns;
}

/** Rows `first` to `first + count` of an array in Fortran order. */
function fortranRows(values: Float64Array, columns: Int32Array, first: number, count: number): Float64Array {
  const rows = values.length / columns.length;
  const chunk = new Float64Array(count * columns.length);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < columns.length; i++) {
      chunk[row * columns.length + i] = values[(columns[i] ?? 0) * rows + first + row] ?? NaN;
    }
  }
  return chunk;
}

async function* fortranChunks(source: ByteSource, array: StoredArray): AsyncGenerator<Float64Array> {
  const [rows = 0, ...rowShape] = array.shape;
  const total = sizeOf(array.shape) * array.type.bytes;
  const columns = fortranColumns(rowShape);
  const step = rowsPerChunk(columns.length);
  for await (const block of blocks(source, array.start, total, total)) {
    const values = decodeNumbers(block.buffer as ArrayBuffer, array.type, array.bigEndian);
    for (let row = 0; row < rows; row += step) yield fortranRows(values, columns, row, Math.min(step, rows - row));
  }
}

async function* rowMajorChunks(source: ByteSource, array: StoredArray): AsyncGenerator<Float64Array> {
  const rowCount = sizeOf(array.shape.slice(1));
  const total = sizeOf(array.shape) * array.type.bytes;
  const size = rowsPerChunk(rowCount) * rowCount * array.type.bytes;
  for await (const block of blocks(source, array.start, total, size)) {
    yield decodeNumbers(block.buffer as ArrayBuffer, array.type, array.bigEndian);
  }
}

/**
 * An array whose numbers are stored one after another. Its declared size is compared with the size of the source before
 * memory is allocated. A checksummed source of up to 1 GiB is read once before any of its numbers are used.
 * @throws AuditError FA102 when the sizes differ, FA100 when an array in Fortran order is too large for memory
 */
export function storedArray(source: ByteSource, array: StoredArray): ArraySource {
  const bytes = payloadBytes(source, array);
  const expected = array.start + bytes;
  if (source.bytes !== null && source.bytes !== expected) throw wrongLength(source, source.bytes, expected);
  const [rows = 0, ...shape] = array.shape;
  const scattered = array.fortranOrder && shape.length > 0 && bytes > 0;
  if (scattered) checkFortran(source, sizeOf(array.shape));
  let unchecked = source.checksummed && bytes <= CHECK_FIRST_LIMIT;
  async function* chunks(): AsyncGenerator<Float64Array> {
    if (unchecked) await readThrough(source);
    unchecked = false;
    yield* scattered ? fortranChunks(source, array) : rowMajorChunks(source, array);
  }
  return { name: array.name, shape, rows, chunks };
}
