import { access, open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { AuditError, type ErrorCode } from '../../errors.js';
import { systemError } from './reading-errors.js';

/** Whether there is a file or folder at a path. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * The size of a regular file in bytes. Folders, pipes and devices are refused: reading a pipe could block for ever.
 * @param code for everything that goes wrong
 * @param label what messages call the file
 * @throws AuditError with this code
 */
export async function fileSize(path: string, code: ErrorCode, label = path): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw systemError(code, label, error);
  });
  if (found.isFile()) return found.size;
  const why = found.isDirectory() ? 'it is a folder' : 'it is not a regular file';
  throw new AuditError(code, { what: `${label} cannot be read`, why, fix: 'give the path of the file itself' });
}

interface WholeFile {
  /** For everything that goes wrong. */
  readonly code: ErrorCode;
  /** Bytes of the largest file that is read. */
  readonly limit: number;
  /** What messages call the file; by default its path. */
  readonly label?: string;
  /** What to do about a file that is too large. */
  readonly fix: string;
}

/** All bytes of a file. @throws AuditError with the code given when it is larger than `limit` or cannot be read */
export async function readWhole(path: string, { code, limit, label = path, fix }: WholeFile): Promise<Buffer> {
  const size = await fileSize(path, code, label);
  if (size > limit) {
    const what = `${label} is too large`;
    const why = `it has ${size} bytes, and at most ${limit} are read`;
    throw new AuditError(code, { what, why, fix });
  }
  try {
    const file = await open(path);
    return await file.readFile().finally(() => file.close());
  } catch (error) {
    throw systemError(code, label, error);
  }
}

/** A file that can be read at any place. */
export interface OpenFile {
  /** What messages call it: its base name. */
  readonly label: string;
  readonly size: number;
  /** @throws Error when the file does not hold that many bytes there */
  read(start: number, length: number): Promise<Buffer>;
}

/** Yields the open file once and closes it when the consumer is done. @throws AuditError FA100 */
export async function* openedFile(path: string): AsyncGenerator<OpenFile> {
  const label = basename(path);
  const size = await fileSize(path, 'FA100');
  const handle = await open(path).catch((error: unknown) => {
    throw systemError('FA100', path, error);
  });
  const read: OpenFile['read'] = async (start, length) => {
    // A damaged file may ask for any length: no more memory is allocated than the file can fill.
    if (!(start >= 0 && length >= 0 && start + length <= size)) throw new Error('it points beyond its own end');
    const bytes = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, start + filled);
      if (bytesRead === 0) throw new Error('it became shorter while it was read');
      filled += bytesRead;
    }
    return bytes;
  };
  try {
    yield { label, size, read };
  } finally {
    await handle.close();
  }
}

/**
 * The real path of a weight file that a model file names, relative to the folder of the model file.
 * @throws AuditError FA203 when there is no such file, or when it lies outside this folder (links are followed)
 */
export async function confinedPath(from: string, name: string): Promise<string> {
  const folder = await realpath(dirname(resolve(from)));
  const wanted = resolve(folder, name);
  const outside = new AuditError('FA203', {
    what: `${from}: weight file "${name}" lies outside the model's folder`,
    fix: 'keep the weight files in the folder of model.json',
  });
  if (isAbsolute(name) || name.includes('\0') || isOutside(folder, wanted)) throw outside;
  const real = await realpath(wanted).catch((error: unknown) => {
    const { text } = systemError('FA203', `${from}: weight file "${name}"`, error);
    throw new AuditError('FA203', { ...text, fix: 'copy all weight files into the folder of model.json' });
  });
  if (isOutside(folder, real)) throw outside;
  return real;
}

/** Whether a path leads out of a folder; both are absolute, without links. */
export function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}
