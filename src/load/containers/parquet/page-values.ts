import { Unsupported } from '../../bytes/reading-errors.js';
import { RunLengths, bitsAt, readDeltas } from './bits.js';
import { physical, type ValueType } from './value-types.js';

/** The encodings, by their numbers in parquet.thrift. */
const PLAIN = 0;
const OLD_DICTIONARY = 2;
const RUN_LENGTHS = 3;
const DELTA = 5;
const DICTIONARY = 8;
const SPLIT_STREAMS = 9;

/** Replaces integers that no double holds exactly; like them, it becomes NaN when it is decoded. */
const INEXACT = 2n ** 63n - 1n;

/** The values of one page as they are stored. */
export interface EncodedValues {
  readonly encoding: number;
  readonly bytes: Uint8Array;
  readonly type: ValueType;
  readonly physicalType: number;
  readonly dictionary: Float64Array | null;
}

function cut(): Error {
  return new Error('a page has fewer values than its header says');
}

function plainValues({ bytes, type }: EncodedValues, from: number, count: number): Float64Array {
  if (type.bytes === 0) {
    if (from + count > 8 * bytes.length) throw cut();
    return Float64Array.from({ length: count }, (_, i) => bitsAt(bytes, from + i, 1));
  }
  const [start, end] = [from * type.bytes, (from + count) * type.bytes];
  if (end > bytes.length) throw cut();
  return type.decode(new Uint8Array(bytes.subarray(start, end)).buffer);
}

/** All values of a dictionary page. @throws Error when its bytes do not match their number */
export function dictionaryValues(bytes: Uint8Array, type: ValueType, encoding: number, count: number): Float64Array {
  if (encoding !== PLAIN && encoding !== OLD_DICTIONARY)
    throw new Unsupported(`a dictionary has encoding ${encoding}, which is not supported`);
  if (type.bytes === 0 || bytes.length !== count * type.bytes)
    throw new Error(`a dictionary of ${count} values has ${bytes.length} bytes`);
  return type.decode(new Uint8Array(bytes).buffer);
}

function dictionaryLookups({ bytes, dictionary }: EncodedValues, from: number, count: number): Float64Array {
  const [width] = bytes;
  if (dictionary === null || width === undefined) throw new Error('the dictionary is missing');
  const indices = new Uint32Array(count);
  const runs = new RunLengths(bytes.subarray(1), width);
  runs.skip(from);
  runs.take(indices);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const index = indices[i] ?? 0;
    if (index >= dictionary.length)
      throw new Error(`a page refers to value ${index} of a dictionary with ${dictionary.length} values`);
    values[i] = dictionary[index] ?? NaN;
  }
  return values;
}

/** Booleans as runs, after four bytes with their length. */
function booleanRuns({ bytes, type }: EncodedValues, from: number, count: number): Float64Array {
  if (type.bytes !== 0 || bytes.length < 4) throw new Error('only booleans can be stored as run lengths');
  const bits = new Uint32Array(count);
  const runs = new RunLengths(bytes.subarray(4), 1);
  runs.skip(from);
  runs.take(bits);
  return Float64Array.from(bits);
}

function deltaValues({ bytes, type, physicalType }: EncodedValues, from: number, count: number): Float64Array {
  const is32 = physicalType === physical.int32;
  if (!is32 && physicalType !== physical.int64) throw new Error('only integers can be stored as differences');
  const integers = readDeltas(bytes, from + count, is32).subarray(from);
  const stored = new DataView(new ArrayBuffer(count * type.bytes));
  integers.forEach((value, i) => {
    if (is32) stored.setInt32(4 * i, value, true);
    else stored.setBigInt64(8 * i, Number.isNaN(value) ? INEXACT : BigInt(value), true);
  });
  return type.decode(stored.buffer);
}

/** The first bytes of all values, then their second bytes, and so on. */
function splitStreams({ bytes, type }: EncodedValues, from: number, count: number): Float64Array {
  const total = bytes.length / type.bytes;
  if (!Number.isSafeInteger(total) || from + count > total) throw cut();
  const stored = new Uint8Array(count * type.bytes);
  for (let byte = 0; byte < type.bytes; byte++) {
    for (let i = 0; i < count; i++) stored[i * type.bytes + byte] = bytes[byte * total + from + i] ?? 0;
  }
  return type.decode(stored.buffer);
}

const encodings: Readonly<Record<number, (values: EncodedValues, from: number, count: number) => Float64Array>> = {
  [PLAIN]: plainValues,
  [OLD_DICTIONARY]: dictionaryLookups,
  [RUN_LENGTHS]: booleanRuns,
  [DELTA]: deltaValues,
  [DICTIONARY]: dictionaryLookups,
  [SPLIT_STREAMS]: splitStreams,
};

/**
 * Values `from` to `from + count` of a page. Later values are not decoded.
 * @throws Error when the page does not hold them, or for encodings that are not those of numbers
 */
export function pageValues(values: EncodedValues, from: number, count: number): Float64Array {
  const decode = encodings[values.encoding];
  if (decode === undefined) throw new Unsupported(`encoding ${values.encoding} is not supported`);
  return decode(values, from, count);
}
