import { AuditError, type ErrorCode } from '../../errors.js';

/** What the codes of the system mean. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission was denied',
  EPERM: 'permission was denied',
  EISDIR: 'it is a folder',
};

/**
 * The AuditError for a file that the system did not let us read.
 * @param label what the message calls the file
 */
export function systemError(code: ErrorCode, label: string, error: unknown): AuditError {
  const { code: system, message } = error as NodeJS.ErrnoException;
  const why = reasons[system ?? ''] ?? message;
  return new AuditError(code, { what: `${label} cannot be read`, why, fix: 'check the path' }, { cause: error });
}

/** Errors that show a bug of the tool and must keep their stack. zlib, yauzl and csv-parse throw none of these. */
function isBug(error: unknown): boolean {
  const bugs = [TypeError, RangeError, ReferenceError, SyntaxError];
  return !(error instanceof Error) || bugs.some((bug) => error instanceof bug);
}

/**
 * The AuditError for what went wrong while a data file was read: FA100 when the system failed, FA102 when the contents
 * make no sense. AuditErrors and bugs of the tool are returned unchanged.
 */
export function readingError(label: string, error: unknown): unknown {
  if (error instanceof AuditError || isBug(error)) return error;
  const { message, syscall, path } = error as NodeJS.ErrnoException;
  if (syscall !== undefined) return systemError('FA100', path ?? label, error);
  return new AuditError('FA102', { what: `${label} is damaged`, why: message }, { cause: error });
}

/** The same items; a failure of the stream becomes an AuditError FA100 or FA102. */
export async function* withReadingErrors<T>(label: string, stream: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* stream;
  } catch (error) {
    throw readingError(label, error);
  }
}
