import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AuditError } from '../../errors.js';

/** Bytes that can be read again and again from their start. */
export interface ByteSource {
  /** How error messages call it: the file's base name, and the array in it. */
  readonly label: string;
  /** How many bytes `stream` yields; null where only reading to the end would tell. */
  readonly bytes: number | null;
  /** Whether the end of `stream` checks a checksum, so that reading it through once shows any damage. */
  readonly checksummed: boolean;
  stream(): AsyncIterable<Uint8Array>;
}

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission was denied',
  EPERM: 'permission was denied',
  EISDIR: 'it is a folder',
};

/** Bugs of the tool itself, which must keep their stack, in contrast to what zlib, yauzl and csv-parse find. */
function isBug(error: unknown): boolean {
  const bugs = [TypeError, RangeError, ReferenceError, SyntaxError];
  return !(error instanceof Error) || bugs.some((bug) => error instanceof bug);
}

/** The AuditError that tells what went wrong while reading `label`; FA100 for the system, FA102 for the contents. */
export function readingError(label: string, error: unknown): unknown {
  if (error instanceof AuditError || isBug(error)) return error;
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  if (syscall === undefined) return new AuditError('FA102', { what: `${label} is damaged`, why: message }, options);
  return new AuditError(
    'FA100',
    { what: `${label} cannot be read`, why: systemReasons[code ?? ''] ?? message, fix: 'check the path' },
    options,
  );
}

/** The same items, with every failure of the stream told as an AuditError. */
export async function* telling<T>(label: string, stream: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* stream;
  } catch (error) {
    throw readingError(label, error);
  }
}

/**
 * The size of a plain file in bytes.
 * @param label how messages call it
 * @throws AuditError FA100 when there is none, or when it is a folder, a pipe or a device (which could block for ever)
 */
export async function fileSize(path: string, label = basename(path)): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw readingError(label, error);
  });
  if (found.isFile()) return found.size;
  const why = found.isDirectory() ? 'it is a folder' : 'it is no plain file';
  throw new AuditError('FA100', { what: `${label} cannot be read`, why, fix: 'name the data file itself' });
}

/** A file's bytes as they are. @throws AuditError FA100 */
export async function fileSource(path: string): Promise<ByteSource> {
  const label = basename(path);
  const bytes = await fileSize(path);
  return { label, bytes, checksummed: false, stream: () => telling(label, createReadStream(path)) };
}

/** The first `count` bytes, or fewer where the source ends before. */
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

/** Reads a checksummed source to its end, holding nothing. @throws AuditError FA102 when it is damaged */
export async function readThrough(source: ByteSource): Promise<void> {
  const parts = source.stream()[Symbol.asyncIterator]();
  while (!(await parts.next()).done);
}
