import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileSize, readingError } from './byte-source.js';

/** A file that is read here and there. */
export interface OpenFile {
  /** How error messages call it. */
  readonly label: string;
  readonly size: number;
  /** @throws Error when the file does not hold that many bytes there */
  read(start: number, length: number): Promise<Buffer>;
}

/** A file to be read at any place, closed when the consumer is done with it. @throws AuditError FA100 */
export async function* openedFile(path: string): AsyncGenerator<OpenFile> {
  const label = basename(path);
  const size = await fileSize(path);
  const handle = await open(path).catch((error: unknown) => {
    throw readingError(label, error);
  });
  const read: OpenFile['read'] = async (start, length) => {
    // Nothing is allocated that the file cannot fill.
    if (start < 0 || length < 0 || start + length > size) throw new Error('it points beyond its own end');
    const bytes = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, start + filled);
      if (bytesRead === 0) throw new Error('it has become shorter while it was read');
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
