import { endianness } from 'node:os';

/** Numbers as bytes, the least significant first; those of the array itself where the machine stores them so. */
export function littleEndian(values: Float64Array | Uint32Array): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  if (endianness() === 'LE') return bytes;
  const copy = Buffer.from(bytes);
  return values.BYTES_PER_ELEMENT === 8 ? copy.swap64() : copy.swap32();
}
