import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ByteSource } from './byte-source.js';
import { withReadingErrors } from './reading-errors.js';

/** The best compression ratio of deflate: two bits encode at most 258 bytes (RFC 1951). */
const MOST_BYTES_PER_BYTE = 1032;

/** Whether `deflatedBytes` can unpack to as much as `bytes`. */
export function canInflate(deflatedBytes: number, bytes: number): boolean {
  return bytes <= (deflatedBytes + 1) * MOST_BYTES_PER_BYTE;
}

/** The unpacked bytes of a gzip file. gzip checks length and checksum at its end. @throws AuditError FA102 while streaming */
export function gunzipped(path: string, compressed: ByteSource): ByteSource {
  // The consumer gets every error from the unpacked stream; pipeline closes both streams.
  const stream = () => pipeline(createReadStream(path), createGunzip(), () => undefined) as AsyncIterable<Buffer>;
  return { ...compressed, bytes: null, checksummed: true, stream: () => withReadingErrors(compressed.label, stream()) };
}
