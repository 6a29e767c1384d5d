import { IntegerReader } from './thrift.js';

/**
 * The unsigned integer of `width` bits from bit `position` on, low bits first; inexact beyond 53 bits.
 * Bits beyond the end are 0.
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
 * Integers as runs of one value, or packed bit by bit, one after another; runs are never unrolled beyond what is asked.
 * Source: "RLE / bit-packing hybrid" of Encodings.md, Apache Parquet.
 */
export class RunLengths {
  private readonly reader: IntegerReader;
  /** Integers left in the current run. */
  private left = 0;
  /** What the run repeats; null where it is packed, from bit `position` on. */
  private repeated: number | null = null;
  private position = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly width: number,
  ) {
    if (width > 32) throw new Error(`integers of ${width} bits are too wide`);
    this.reader = new IntegerReader(bytes);
    // What has one value only needs no bits, and some writers write no runs either.
    if (width === 0) [this.left, this.repeated] = [Infinity, 0];
  }

  skip(count: number): void {
    for (let left = count; left > 0;) left -= this.advance(left);
  }

  /** The next integers, as many as `into` holds. @throws Error when there are fewer */
  take(into: Uint32Array): void {
    for (let filled = 0; filled < into.length;) {
      const { repeated, position } = this.current();
      const count = this.advance(into.length - filled);
      if (repeated !== null) into.fill(repeated, filled, filled + count);
      else this.unpack(into.subarray(filled, filled + count), position);
      filled += count;
    }
  }

  private unpack(into: Uint32Array, position: number): void {
    if (position + into.length * this.width > 8 * this.bytes.length) throw new Error('it ends within a run');
    for (let i = 0; i < into.length; i++) into[i] = bitsAt(this.bytes, position + i * this.width, this.width);
  }

  /** Goes on by `count` integers, or to the end of the run; returns by how many. */
  private advance(count: number): number {
    this.current();
    const step = Math.min(count, this.left);
    this.left -= step;
    this.position += step * this.width;
    return step;
  }

  /** The current run, or the next one where that has ended. */
  private current(): { readonly repeated: number | null; readonly position: number } {
    while (this.left === 0) {
      const header = this.reader.unsigned();
      const packed = header % 2 === 1;
      this.left = packed ? 8 * ((header - 1) / 2) : header / 2;
      this.position = 8 * this.reader.offset;
      this.repeated = packed ? null : bitsAt(this.bytes, this.position, this.width);
      this.reader.offset += Math.ceil((packed ? this.left * this.width : this.width) / 8);
      if (!packed && this.reader.offset > this.bytes.length) throw new Error('it ends within a run');
    }
    return { repeated: this.repeated, position: this.position };
  }
}

/** Miniblocks in a block: writers have 4. */
const MOST_MINIBLOCKS = 2 ** 10;
const WIDEST = 64;

/** Integers in a miniblock, and miniblocks in a block. @throws Error when that makes no sense */
function blockShape(reader: IntegerReader): { readonly size: number; readonly miniblocks: number } {
  const [blockSize, miniblocks] = [reader.unsigned(), reader.unsigned()];
  const size = blockSize / miniblocks;
  if (miniblocks <= MOST_MINIBLOCKS && Number.isSafeInteger(size) && size > 0) return { size, miniblocks };
  throw new Error(`blocks of ${blockSize} integers in ${miniblocks} parts make no sense`);
}

/** Adds up differences, kept as `least` plus an unsigned integer of `width` bits each, to the values after `value`. */
function addDifferences(
  { bytes, offset }: IntegerReader,
  into: Float64Array,
  value: number,
  { least, width, wrap }: { readonly least: number; readonly width: number; readonly wrap: boolean },
): void {
  const start = 8 * offset;
  // The last miniblock may lack the integers that would only fill it up.
  if (width > WIDEST || start + into.length * width > 8 * bytes.length) throw new Error('differences are cut');
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
 * The first `count` of integers stored as differences; NaN from the first on that doubles do not hold exactly.
 * @param wrap whether sums are modulo 2^32, as those of 32-bit integers are
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
