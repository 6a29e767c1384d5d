import { open, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { AuditError, type ErrorCode } from '../../errors.js';

/** What the system said, without its own path and call. */
const reason = (error: unknown): string =>
  ({
    ENOENT: 'no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'not a folder on the way',
  })[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;

/** Size of a regular file in bytes. @throws AuditError with the code given */
export async function fileSize(path: string, code: ErrorCode): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw new AuditError(code, { what: `${path}: ${reason(error)}`, fix: 'check the path' }, { cause: error });
  });
  if (!found.isFile()) throw new AuditError(code, { what: `${path} is not a file`, fix: 'check the path' });
  return found.size;
}

/** The whole of a file of known size. @throws AuditError when it is larger than `limit` or cannot be read */
export async function readWhole(path: string, limit: number, code: ErrorCode): Promise<Uint8Array> {
  const size = await fileSize(path, code);
  if (size > limit) {
    throw new AuditError(code, { what: `${path} has ${size} bytes, more than the ${limit} that are read at most` });
  }
  const file = await open(path).catch((error: unknown) => {
    throw new AuditError(code, { what: `${path}: ${reason(error)}`, fix: 'check the path' }, { cause: error });
  });
  try {
    return await file.readFile();
  } catch (error) {
    throw new AuditError(code, { what: `${path} cannot be read`, why: reason(error) }, { cause: error });
  } finally {
    await file.close();
  }
}

/**
 * A path that a file names relative to its own folder, links followed.
 * @throws AuditError FA203 when it leads out of the folder
 */
export async function confinedPath(from: string, name: string): Promise<string> {
  const folder = await realpath(dirname(resolve(from)));
  const wanted = resolve(folder, name);
  const outside = new AuditError('FA203', {
    what: `${from}: weight file "${name}" lies outside the model's folder`,
    fix: 'keep the weight files beside model.json',
  });
  if (isAbsolute(name) || name.includes('\0') || leaves(folder, wanted)) throw outside;
  const real = await realpath(wanted).catch((error: unknown) => {
    throw new AuditError(
      'FA203',
      { what: `${from}: weight file "${name}": ${reason(error)}`, fix: 'copy all weight files beside model.json' },
      { cause: error },
    );
  });
  if (leaves(folder, real)) throw outside;
  return real;
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}
