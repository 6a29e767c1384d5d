import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, constants, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { AuditError } from '../errors.js';

/** Checks, before anything is computed, that a text can be written to a file. @throws AuditError FA402 */
export const checkWritable = (file: string): Promise<void> =>
  checked(file, async () => {
    const existing = await stat(file).catch(() => null);
    if (existing?.isDirectory()) throw new Error('it is a folder');
    if (existing) await access(file, constants.W_OK);
    // A file is written under a temporary name and renamed, which needs a writable folder; pipes and devices are not.
    if (existing?.isFile() ?? true) await access(dirname(existing ? await realpath(file) : file), constants.W_OK);
  });

/** Likewise for a file that may replace an existing one. @throws AuditError FA402 */
export const checkReplaceable = (file: string): Promise<void> =>
  checked(file, async () => {
    if ((await stat(file).catch(() => null))?.isDirectory()) throw new Error('it is a folder');
    await access(dirname(file), constants.W_OK);
  });

/**
 * Refuses to overwrite an input file, and to write one file twice. Pipes and devices accept several texts.
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
    const problem =
      input !== undefined
        ? `refusing to overwrite the input file ${file}`
        : other !== undefined
          ? `two outputs would be written to ${file}`
          : null;
    if (problem !== null) throw new AuditError('FA402', { what: problem, fix: 'name another file' });
    written.set(place, file);
  }
}

/** The real path, also of a file that does not exist yet. */
const placeOf = (path: string): Promise<string> =>
  realpath(path).catch(async () => join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path)));

const checked = (file: string, check: () => Promise<void>): Promise<void> =>
  check().catch((error: unknown) => {
    throw notWritable(file, error);
  });

/**
 * Writes a file chunk by chunk, under a temporary name in the same folder until it is complete, so that no reader ever
 * finds half a file. A failure removes the temporary file.
 * @returns its size in bytes
 * @throws AuditError FA402, and what `chunks` throws
 */
export async function writeWhole(file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const partial = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID()}.partial`);
  partials.add(partial);
  try {
    const bytes = await writeAll(partial, chunks);
    await rename(partial, file);
    return bytes;
  } catch (error) {
    await rm(partial, { force: true });
    throw isSystemError(error) ? notWritable(file, error) : error;
  } finally {
    partials.delete(partial);
  }
}

/** Temporary files that this process is writing now. */
const partials = new Set<string>();

/** Removes what a run that ends now would leave behind. */
export function removePartials(): void {
  for (const file of partials) rmSync(file, { force: true });
}

/** Likewise for a text. A pipe or device is written to directly. @throws AuditError FA402 */
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
      // Appends at the current position, in as many system calls as it takes.
      await handle.writeFile(chunk);
      bytes += chunk.length;
    }
    // Without it, a crash of the system after the renaming could leave an empty file in place of the old one.
    await handle.sync();
    return bytes;
  } finally {
    await handle.close();
  }
}

const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

const DENIED = { why: 'permission was denied', fix: 'name a file in a folder that you may write to' };

/** What the codes of the system mean. */
const reasons: Readonly<Record<string, { readonly why: string; readonly fix: string }>> = {
  ENOENT: { why: 'its folder does not exist', fix: 'create the folder, or name a file in an existing one' },
  ENOTDIR: { why: 'its folder is a file', fix: 'name a file in an existing folder' },
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: DENIED,
  ENOSPC: { why: 'the disk is full', fix: 'free some space, or name a file on another disk' },
};

function notWritable(file: string, error: unknown): AuditError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known = reasons[code] ?? { why: message, fix: 'name another file' };
  return new AuditError('FA402', { what: `${file} cannot be written`, ...known }, { cause: error });
}
