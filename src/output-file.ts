import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, constants, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AuditError } from './errors.js';

/** Before anything is computed: whether a file can be written. @throws AuditError FA402 */
export async function checkWritable(file: string): Promise<void> {
  try {
    const existing = await stat(file).catch(() => null);
    if (existing?.isDirectory()) throw new Error('it is a folder');
    await access(existing ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw notWritable(file, error);
  }
}

/**
 * Writes a file as its bytes come: under another name in the same folder until it is whole, so that whoever reads the
 * file never finds half of it. Nothing is left behind where that fails.
 * @returns its size in bytes
 * @throws AuditError FA402, and what `chunks` throws
 */
export async function writeWhole(file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const partial = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID()}.partial`);
  const stream = createWriteStream(partial, { flags: 'wx' });
  try {
    await pipeline(Readable.from(chunks, { objectMode: false }), stream);
    await rename(partial, file);
    return stream.bytesWritten;
  } catch (error) {
    await rm(partial, { force: true });
    throw isSystemError(error) ? notWritable(file, error) : error;
  }
}

const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

const notWritable = (file: string, error: unknown): AuditError =>
  new AuditError('FA402', {
    what: `${file} cannot be written: ${(error as Error).message}`,
    fix: 'name a file in an existing folder',
  });
