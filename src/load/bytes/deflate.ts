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

/** Bytes of a gzip file that may follow one another without anything to unpack in them. */
const MOST_IDLE_BYTES = 2 ** 20;

/** The unpacked bytes of a gzip file. gzip checks length and checksum at its end. @throws AuditError FA102 while streaming */
export const gunzipped = (path: string, compressed: ByteSource): ByteSource => ({
  ...compressed,
  bytes: null,
  checksummed: true,
  stream: () => withReadingErrors(compressed.label, unpacked(path)),
});

/** A file may hold millions of empty members after its data: each takes time and adds nothing. */
async function* unpacked(path: string): AsyncGenerator<Buffer> {
  const idle = { bytes: 0 };
  async function* packed(): AsyncGenerator<Buffer> {
    for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
      idle.bytes += part.length;
      if (idle.bytes > MOST_IDLE_BYTES) throw new Error('it goes on after the end of its data');
      yield part;
    }
  }
  // The consumer gets every error from the unpacked stream; pipeline closes both streams.
  const stream = pipeline(packed, createGunzip(), () => undefined) as AsyncIterable<Buffer>;
  for await (const part of stream) {
    idle.bytes = 0;
    yield part;
  }
}
