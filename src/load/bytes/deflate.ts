import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { telling, type ByteSource } from './byte-source.js';

/** Deflate cannot shrink anything to less than 1/1032 of its size: two bits stand for 258 bytes at most (RFC 1951). */
const MOST_BYTES_PER_BYTE = 1032;

/** Whether as many as `bytes` can be packed into so few deflated ones. */
export function canInflate(deflatedBytes: number, bytes: number): boolean {
  return bytes <= (deflatedBytes + 1) * MOST_BYTES_PER_BYTE;
}

/** What a gzip file unpacks to; its end checks length and checksum. @throws AuditError FA102 while streaming */
export function gunzipped(path: string, compressed: ByteSource): ByteSource {
  // the consumer sees every failure through the unpacked stream; pipeline is there to close both ends
  const stream = () => pipeline(createReadStream(path), createGunzip(), () => undefined) as AsyncIterable<Buffer>;
  return { ...compressed, bytes: null, checksummed: true, stream: () => telling(compressed.label, stream()) };
}
