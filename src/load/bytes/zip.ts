import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { AuditError } from '../../errors.js';
import type { ByteSource } from './byte-source.js';
import { canInflate } from './deflate.js';
import { type OpenFile, openedFile } from './files.js';
import { quoted } from './quoted.js';
import { Unsupported, readingError, withReadingErrors } from './reading-errors.js';

const READ_BYTES = 2 ** 16;
const ENTRY_LIMIT = 1000;

async function* slices(file: OpenFile, start: number, end: number): AsyncGenerator<Buffer> {
  if (!(start >= 0 && end <= file.size)) throw new Error('it points beyond its own end');
  for (let position = start; position < end; position += READ_BYTES) {
    yield await file.read(position, Math.min(READ_BYTES, end - position));
  }
}

/** The file for yauzl, whose own reader throws out of a callback when a damaged file gives an absurd offset. */
class BoundedReader extends yauzl.RandomAccessReader {
  readonly #file: OpenFile;

  constructor(file: OpenFile) {
    super();
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(slices(this.#file, start, end), { objectMode: false });
  }
}

/** Yields the open zip file once and closes it when the consumer is done. */
async function* openedZip(path: string): AsyncGenerator<yauzl.ZipFile> {
  for await (const file of openedFile(path)) {
    const zip = await yauzl.fromRandomAccessReaderPromise(new BoundedReader(file), file.size, { autoClose: false });
    // yauzl reports some failures twice; without a listener the second report would end the process.
    zip.on('error', () => undefined);
    yield zip;
  }
}

async function* entryStream(path: string, entry: yauzl.Entry): AsyncGenerator<Uint8Array> {
  for await (const zip of openedZip(path)) {
    const stream = await zip.openReadStreamPromise(entry);
    stream.on('error', () => undefined);
    let checksum = 0;
    for await (const part of stream as AsyncIterable<Buffer>) {
      checksum = crc32(part, checksum);
      yield part;
    }
    if (checksum !== entry.crc32) throw new Error('its checksum does not match its bytes');
  }
}

function entrySource(path: string, entry: yauzl.Entry): ByteSource {
  const label = `${basename(path)} entry ${quoted(entry.fileName)}`;
  const { compressedSize, uncompressedSize: bytes } = entry;
  if (!canInflate(compressedSize, bytes)) {
    const why = `${compressedSize} bytes cannot unpack to the declared ${bytes}`;
    throw new AuditError('FA102', { what: `${label} is damaged`, why, fix: 'write or download the file again' });
  }
  return { label, bytes, checksummed: true, stream: () => withReadingErrors(label, entryStream(path, entry)) };
}

async function listEntries(path: string): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  for await (const zip of openedZip(path)) {
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw new Error(`it has two entries ${quoted(entry.fileName)}`);
      if (entries.size >= ENTRY_LIMIT) throw new Unsupported(`it has more than ${ENTRY_LIMIT} entries`);
      entries.set(entry.fileName, entry);
    }
  }
  return entries;
}

/**
 * The entries of a zip file by name. Only the central directory is read now, the contents when they are streamed.
 * @throws AuditError FA100 when the file cannot be read, FA102 when it is not a zip file or declares impossible sizes
 */
export async function readZip(path: string): Promise<ReadonlyMap<string, ByteSource>> {
  try {
    const sources = new Map<string, ByteSource>();
    for (const [name, entry] of await listEntries(path)) sources.set(name, entrySource(path, entry));
    return sources;
  } catch (error) {
    throw readingError(basename(path), error);
  }
}
