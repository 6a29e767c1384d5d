import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { fileSize } from './files.js';
import { withReadingErrors } from './reading-errors.js';

/** Bytes that can be read from their start any number of times. */
export interface ByteSource {
  /** What messages call it: the base name of the file, and the entry of an archive. */
  readonly label: string;
  /** How many bytes `stream` yields; null where this is known only at the end. */
  readonly bytes: number | null;
  /** Whether `stream` compares a checksum at its end, so that reading it once finds any damage. */
  readonly checksummed: boolean;
  /** @throws AuditError FA100, FA102 while it is read */
  stream(): AsyncIterable<Uint8Array>;
}

/** The bytes of a file. @throws AuditError FA100 */
export async function fileSource(path: string): Promise<ByteSource> {
  const label = basename(path);
  const bytes = await fileSize(path, 'FA100');
  return { label, bytes, checksummed: false, stream: () => withReadingErrors(label, streamOf(path, bytes)) };
}

/** The bytes of a file that had this size when it was opened. @throws Error at the end when it has fewer bytes by then */
async function* streamOf(path: string, size: number): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
    read += part.length;
    yield part;
  }
  if (read < size) throw new Error('it became shorter while it was read');
}

/** The first `count` bytes, or all of them where the source is shorter. */
export async function readStart(source: ByteSource, count: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of source.stream()) {
    parts.push(part);
    length += part.length;
    if (length >= count) break;
  }
  return Buffer.concat(parts, Math.min(length, count));
}

/** Reads a checksummed source to its end and keeps nothing. @throws AuditError FA102 when it is damaged */
export async function readThrough(source: ByteSource): Promise<void> {
  const parts = source.stream()[Symbol.asyncIterator]();
  while (!(await parts.next()).done);
}
