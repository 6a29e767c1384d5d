import { IntegerReader } from './thrift.js';

/**
 * The unsigned integer in `width` bits from bit `position` on, lowest bit first. Bits beyond the end are 0. The result is
 * inexact beyond 53 bits.
 */
export function bitsAt(bytes: Uint8Array, position: number, width: number): number {
  let value = 0;
  for (let read = 0; read < width;) {
    const place = position + read;
    const shift = place % 8;
    const taken = Math.min(8 - shift, width - read);
    const byte = bytes[(place - shift) / 8] ?? 0;
    value += ((byte >> shift) & ((1 << taken) - 1)) * 2 ** read;
    read += taken;
  }
  return value;
}

/**
 * Reads integers that are stored as runs of one value, or packed bit by bit. A run is unrolled only as far as it is read.
 * Source: "RLE / bit-packing hybrid" of Encodings.md, Apache Parquet.
 */
export class RunLengths {
  readonly #bytes: Uint8Array;
  readonly #width: number;
  readonly #reader: IntegerReader;
  /** Integers left in the current run. */
  #left = 0;
  /** The value that the run repeats; null where the run is packed, from bit `position` on. */
  #repeated: number | null = null;
  #position = 0;

  constructor(bytes: Uint8Array, width: number) {
    this.#bytes = bytes;
    this.#width = width;
    if (width > 32) throw new Error(`integers of ${width} bits are too wide`);
    this.#reader = new IntegerReader(bytes);
    // Integers that are all 0 need no bits, and some writers store no runs for them.
    if (width === 0) [this.#left, this.#repeated] = [Infinity, 0];
  }

  skip(count: number): void {
    for (let left = count; left > 0;) left -= this.#advance(left);
  }

  /** The next integers, as many as `into` holds. @throws Error when there are fewer */
  take(into: Uint32Array): void {
    for (let filled = 0; filled < into.length;) {
      const { repeated, position } = this.#current();
      const count = this.#advance(into.length - filled);
      if (repeated !== null) into.fill(repeated, filled, filled + count);
      else this.#unpack(into.subarray(filled, filled + count), position);
      filled += count;
    }
  }

  #unpack(into: Uint32Array, position: number): void {
    if (position + into.length * this.#width > 8 * this.#bytes.length) throw new Error('it ends within a run');
    for (let i = 0; i < into.length; i++) into[i] = bitsAt(this.#bytes, position + i * this.#width, this.#width);
  }

  /** Moves on by `count` integers, or to the end of the run if that comes first. Returns the number of integers passed. */
  #advance(count: number): number {
    this.#current();
    const step = Math.min(count, this.#left);
    this.#left -= step;
    this.#position += step * this.#width;
    return step;
  }

  /** The run that holds the next integer. */
  #current(): { readonly repeated: number | null; readonly position: number } {
    while (this.#left === 0) {
      const header = this.#reader.unsigned();
      const packed = header % 2 === 1;
      this.#left = packed ? 8 * ((header - 1) / 2) : header / 2;
      this.#position = 8 * this.#reader.offset;
      this.#repeated = packed ? null : bitsAt(this.#bytes, this.#position, this.#width);
      this.#reader.offset += Math.ceil((packed ? this.#left * this.#width : this.#width) / 8);
      if (!packed && this.#reader.offset > this.#bytes.length) throw new Error('it ends within a run');
    }
    return { repeated: this.#repeated, position: this.#position };
  }
}

/** The largest number of miniblocks in a block; writers use 4. */
const MOST_MINIBLOCKS = 2 ** 10;
const WIDEST = 64;

/** Integers in a miniblock, and miniblocks in a block. @throws Error when these are no positive integers */
function blockShape(reader: IntegerReader): { readonly size: number; readonly miniblocks: number } {
  const [blockSize, miniblocks] = [reader.unsigned(), reader.unsigned()];
  const size = blockSize / miniblocks;
  if (miniblocks <= MOST_MINIBLOCKS && Number.isSafeInteger(size) && size > 0) return { size, miniblocks };
  throw new Error(`a block of ${blockSize} integers cannot have ${miniblocks} parts`);
}

/** Fills `into` with the values after `value`. Each difference is `least` plus an unsigned integer of `width` bits. */
function addDifferences(
  { bytes, offset }: IntegerReader,
  into: Float64Array,
  value: number,
  { least, width, wrap }: { readonly least: number; readonly width: number; readonly wrap: boolean },
): void {
  const start = 8 * offset;
  // The last miniblock may be shorter than the others.
  if (width > WIDEST || start + into.length * width > 8 * bytes.length)
    throw new Error('a block of differences is cut off');
  let last = value;
  for (let i = 0; i < into.length; i++) {
    const sum = last + least + bitsAt(bytes, start + i * width, width);
    last = wrap ? sum | 0 : exact(sum);
    into[i] = last;
  }
}

function exact(value: number): number {
  return Number.isSafeInteger(value) ? value : NaN;
}

/**
 * The first `count` integers of a sequence stored as differences. From the first one that a double cannot hold exactly,
 * all are NaN.
 * @param wrap whether sums are taken modulo 2^32, as for 32-bit integers
 * Source: "Delta encoding" of Encodings.md, Apache Parquet.
 */
export function readDeltas(bytes: Uint8Array, count: number, wrap: boolean): Float64Array {
  const reader = new IntegerReader(bytes);
  const { size, miniblocks } = blockShape(reader);
  if (reader.unsigned() < count) throw new Error('it ends where more should follow');
  const values = new Float64Array(count);
  values[0] = exact(reader.signed());
  for (let filled = 1; filled < count;) {
    const least = exact(reader.signed());
    const widths = Array.from({ length: miniblocks }, () => reader.byte());
    for (const width of widths) {
      if (filled >= count) break;
      const into = values.subarray(filled, Math.min(filled + size, count));
      addDifferences(reader, into, values[filled - 1] ?? NaN, { least, width, wrap });
      reader.offset += Math.ceil((size * width) / 8);
      filled += into.length;
    }
  }
  return values;
}
