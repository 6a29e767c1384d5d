import { endianness } from 'node:os';

/** How one kind of number is stored. `decode` takes the bytes of whole numbers in the byte order of this machine. */
export interface NumberType {
  readonly bytes: 1 | 2 | 4 | 8;
  decode(stored: ArrayBuffer): Float64Array;
}

function mapped<T>(stored: ArrayLike<T>, convert: (value: T) => number): Float64Array {
  const values = new Float64Array(stored.length);
  for (let i = 0; i < stored.length; i++) values[i] = convert(stored[i] as T);
  return values;
}

/** IEEE 754 half precision: 1 sign bit, 5 exponent bits, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** By the codes of numpy, kind and bytes. Integers beyond 2^53 are rounded to the nearest double. */
export const numberTypes = {
  b1: { bytes: 1, decode: (stored) => mapped(new Uint8Array(stored), (byte) => (byte === 0 ? 0 : 1)) },
  i1: { bytes: 1, decode: (stored) => new Float64Array(new Int8Array(stored)) },
  i2: { bytes: 2, decode: (stored) => new Float64Array(new Int16Array(stored)) },
  i4: { bytes: 4, decode: (stored) => new Float64Array(new Int32Array(stored)) },
  i8: { bytes: 8, decode: (stored) => mapped(new BigInt64Array(stored), Number) },
  u1: { bytes: 1, decode: (stored) => new Float64Array(new Uint8Array(stored)) },
  u2: { bytes: 2, decode: (stored) => new Float64Array(new Uint16Array(stored)) },
  u4: { bytes: 4, decode: (stored) => new Float64Array(new Uint32Array(stored)) },
  u8: { bytes: 8, decode: (stored) => mapped(new BigUint64Array(stored), Number) },
  f2: { bytes: 2, decode: (stored) => mapped(new Uint16Array(stored), halfToNumber) },
  f4: { bytes: 4, decode: (stored) => new Float64Array(new Float32Array(stored)) },
  f8: { bytes: 8, decode: (stored) => new Float64Array(stored) },
} as const satisfies Record<string, NumberType>;

/** bfloat16 is the upper half of a float32. */
const fromBfloat16 = (stored: ArrayBuffer): Float32Array =>
  new Float32Array(Uint32Array.from(new Uint16Array(stored), (upper) => upper << 16).buffer);

/** Decoders of floating-point numbers in the byte order of this machine; none of them rounds. */
export const floatTypes = {
  float16: numberTypes.f2.decode,
  bfloat16: fromBfloat16,
  float32: (stored) => new Float32Array(stored),
  float64: numberTypes.f8.decode,
} as const satisfies Record<string, (stored: ArrayBuffer) => Float32Array | Float64Array>;

export type FloatType = keyof typeof floatTypes;

/** Reverses the bytes of each number, in place. */
function swapBytes(stored: Buffer, bytesPerNumber: number): Buffer {
  if (bytesPerNumber === 2) stored.swap16();
  if (bytesPerNumber === 4) stored.swap32();
  if (bytesPerNumber === 8) stored.swap64();
  return stored;
}

/** The numbers that a file stores in the given byte order. `stored` may be changed, and the result may share it. */
export function decodeNumbers(stored: ArrayBuffer, type: NumberType, bigEndian: boolean): Float64Array {
  if (bigEndian !== (endianness() === 'BE')) swapBytes(Buffer.from(stored), type.bytes);
  return type.decode(stored);
}

/** Numbers as little-endian bytes. On little-endian machines the result shares the memory of `values`. */
export function littleEndian(values: Float64Array | Uint32Array): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === 'LE' ? bytes : swapBytes(Buffer.from(bytes), values.BYTES_PER_ELEMENT);
}
