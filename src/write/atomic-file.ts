import { randomUUID } from 'node:crypto';
import { access, constants, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { AuditError } from '../errors.js';

/** Before anything is computed: whether a text can be written to a file. @throws AuditError FA402 */
export const checkWritable = (file: string): Promise<void> =>
  checked(file, async () => {
    const existing = await stat(file).catch(() => null);
    if (existing?.isDirectory()) throw new Error('it is a folder');
    if (existing) await access(file, constants.W_OK);
    // Files are written beside their place and renamed; pipes and devices are not.
    if (existing?.isFile() ?? true) await access(dirname(existing ? await realpath(file) : file), constants.W_OK);
  });

/** Likewise, for a file that takes the place of one that may be there. @throws AuditError FA402 */
export const checkReplaceable = (file: string): Promise<void> =>
  checked(file, async () => {
    if ((await stat(file).catch(() => null))?.isDirectory()) throw new Error('it is a folder');
    await access(dirname(file), constants.W_OK);
  });

/**
 * Refuses files that would take the place of what is read, or of one another. Pipes and devices take many texts.
 * @throws AuditError FA402
 */
export async function refuseOverwriting(files: readonly string[], inputs: readonly string[]): Promise<void> {
  const read = new Map<string, string>();
  for (const input of inputs) read.set(await placeOf(input), input);
  const written = new Map<string, string>();
  for (const file of files) {
    const existing = await stat(file).catch(() => null);
    if (existing !== null && !existing.isFile()) continue;
    const place = await placeOf(file);
    const [input, other] = [read.get(place), written.get(place)];
    const problem = input === undefined ? (other === undefined ? null : 'is written twice') : 'is what is read';
    if (problem !== null) {
      throw new AuditError('FA402', { what: `${file} ${problem}, and would be lost`, fix: 'name another file' });
    }
    written.set(place, file);
  }
}

/** Where a path leads, whether something is there or not. */
const placeOf = (path: string): Promise<string> =>
  realpath(path).catch(async () => join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path)));

const checked = (file: string, check: () => Promise<void>): Promise<void> =>
  check().catch((error: unknown) => {
    throw notWritable(file, error);
  });

/**
 * Writes a file as its bytes come: under another name in the same folder until it is whole, so that whoever reads the
 * file never finds half of it. Nothing is left behind where that fails.
 * @returns its size in bytes
 * @throws AuditError FA402, and what `chunks` throws
 */
export async function writeWhole(file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const partial = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID()}.partial`);
  try {
    const bytes = await writeAll(partial, chunks);
    await rename(partial, file);
    return bytes;
  } catch (error) {
    await rm(partial, { force: true });
    throw isSystemError(error) ? notWritable(file, error) : error;
  }
}

/** Likewise for a text; what is no regular file (a pipe, a device) is written to as it is. @throws AuditError FA402 */
export async function writeText(file: string, text: string): Promise<void> {
  const existing = await stat(file).catch(() => null);
  if (existing !== null && !existing.isFile()) {
    return writeFile(file, text).catch((error: unknown) => {
      throw notWritable(file, error);
    });
  }
  const target = existing === null ? file : await realpath(file);
  await writeWhole(target, Readable.from([Buffer.from(text)]));
}

async function writeAll(file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const handle = await open(file, 'wx');
  try {
    let bytes = 0;
    for await (const chunk of chunks) {
      // Behind what was written before, however many calls it takes.
      await handle.writeFile(chunk);
      bytes += chunk.length;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

const notWritable = (file: string, error: unknown): AuditError =>
  new AuditError('FA402', {
    what: `${file} cannot be written: ${(error as Error).message}`,
    fix: 'name a file in an existing folder',
  });
