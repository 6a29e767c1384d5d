import { AuditError, type ErrorCode } from '../../errors.js';

const CHECK_PATH = 'check the path';
const ABSENT = { why: 'there is no such file', fix: CHECK_PATH };
const DENIED = { why: 'permission was denied', fix: 'check the permissions of the file and of its folder' };

/** What the codes of the system mean. */
const reasons: Readonly<Record<string, { readonly why: string; readonly fix: string }>> = {
  ENOENT: ABSENT,
  ENOTDIR: ABSENT,
  EACCES: DENIED,
  EPERM: DENIED,
  EISDIR: { why: 'it is a folder', fix: 'give the path of a file' },
  ELOOP: { why: 'its links form a circle', fix: CHECK_PATH },
  ENAMETOOLONG: { why: 'its name is too long', fix: CHECK_PATH },
};

/** A file may hold this, but it is not read here: the file is not damaged. */
export class Unsupported extends Error {}

/**
 * The AuditError for a file that the system did not let us read.
 * @param label what the message calls the file
 */
export function systemError(code: ErrorCode, label: string, error: unknown): AuditError {
  const { code: system, message } = error as NodeJS.ErrnoException;
  const known = reasons[system ?? ''] ?? { why: message, fix: 'check whether other programs can read the file' };
  return new AuditError(code, { what: `${label} cannot be read`, ...known }, { cause: error });
}

/** Errors that show a bug of the tool and must keep their stack. zlib, yauzl and csv-parse throw none of these. */
function isBug(error: unknown): boolean {
  const bugs = [TypeError, RangeError, ReferenceError, SyntaxError];
  return !(error instanceof Error) || bugs.some((bug) => error instanceof bug);
}

/**
 * The AuditError for what went wrong while a data file was read: FA100 when the system failed or the contents are not
 * supported, FA102 when they make no sense. AuditErrors and bugs of the tool are returned unchanged.
 */
export function readingError(label: string, error: unknown): unknown {
  if (error instanceof AuditError || isBug(error)) return error;
  const { message, syscall, path } = error as NodeJS.ErrnoException;
  if (syscall !== undefined) return systemError('FA100', path ?? label, error);
  // The words of yauzl.
  if (error instanceof Unsupported || /not supported|unsupported|encrypted/.test(message)) {
    const why = message.includes('encrypted') ? 'it is encrypted' : message;
    const text = { what: `${label} cannot be read`, why, fix: 'write the file again with other settings' };
    return new AuditError('FA100', text, { cause: error });
  }
  const text = { what: `${label} is damaged`, why: message, fix: 'write or download the file again' };
  return new AuditError('FA102', text, { cause: error });
}

/** The same items; a failure of the stream becomes an AuditError FA100 or FA102. */
export async function* withReadingErrors<T>(label: string, stream: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* stream;
  } catch (error) {
    throw readingError(label, error);
  }
}
