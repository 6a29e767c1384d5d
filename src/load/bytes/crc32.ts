/** Remainders of every byte for the polynomial 0xEDB88320 (ISO 3309, as in zip and gzip). */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** The checksum of `bytes` after those that gave `previous` (0 at the start); zlib.crc32 needs Node 20.15. */
export function crc32(bytes: Uint8Array, previous: number): number {
  let remainder = ~previous;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ (table[(remainder ^ byte) & 0xff] ?? 0);
  return ~remainder >>> 0;
}
