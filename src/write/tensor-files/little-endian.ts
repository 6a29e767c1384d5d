import { endianness } from 'node:os';

/** Numbers as little-endian bytes, without a copy where the machine is little-endian. */
export function littleEndian(values: Float64Array | Uint32Array): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  if (endianness() === 'LE') return bytes;
  const copy = Buffer.from(bytes);
  return values.BYTES_PER_ELEMENT === 8 ? copy.swap64() : copy.swap32();
}
