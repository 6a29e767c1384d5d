import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { AuditError } from '../../errors.js';
import { fileSize, readingError, telling, type ByteSource } from './byte-source.js';
import { crc32 } from './crc32.js';
import { canInflate } from './deflate.js';
import { quoted } from './shapes.js';

const READ_BYTES = 2 ** 16;
const ENTRY_LIMIT = 1000;

async function* slices(file: FileHandle, size: number, start: number, end: number): AsyncGenerator<Buffer> {
  if (!(start >= 0 && end <= size)) throw new Error('it points beyond its own end');
  for (let position = start; position < end;) {
    const length = Math.min(READ_BYTES, end - position);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** A file as yauzl reads it; its own reader throws out of a callback where a damaged file gives an absurd offset. */
class BoundedReader extends yauzl.RandomAccessReader {
  constructor(
    private readonly file: FileHandle,
    private readonly size: number,
  ) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(slices(this.file, this.size, start, end), { objectMode: false });
  }
}

/** An open zip file, closed when the consumer is done with it. */
async function* opened(path: string): AsyncGenerator<yauzl.ZipFile> {
  const size = await fileSize(path);
  const file = await open(path);
  try {
    const reader = new BoundedReader(file, size);
    const zip = await yauzl.fromRandomAccessReaderPromise(reader, size, { autoClose: false });
    // yauzl tells some failures a second time; without a listener the second would end the process
    zip.on('error', () => undefined);
    yield zip;
  } finally {
    await file.close();
  }
}

async function* entryStream(path: string, entry: yauzl.Entry): AsyncGenerator<Uint8Array> {
  for await (const zip of opened(path)) {
    const stream = await zip.openReadStreamPromise(entry);
    stream.on('error', () => undefined);
    let checksum = 0;
    for await (const part of stream as AsyncIterable<Buffer>) {
      checksum = crc32(part, checksum);
      yield part;
    }
    if (checksum !== entry.crc32) throw new Error('its checksum does not agree with its bytes');
  }
}

function entrySource(path: string, entry: yauzl.Entry): ByteSource {
  const label = `${basename(path)} entry ${quoted(entry.fileName)}`;
  const { compressedSize, uncompressedSize: bytes } = entry;
  if (!canInflate(compressedSize, bytes)) {
    const why = `${compressedSize} bytes cannot unpack to the ${bytes} that are promised`;
    throw new AuditError('FA102', { what: `${label} is damaged`, why, fix: 'write the file again' });
  }
  return { label, bytes, checksummed: true, stream: () => telling(label, entryStream(path, entry)) };
}

async function listEntries(path: string): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  for await (const zip of opened(path)) {
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw new Error(`it has two entries ${quoted(entry.fileName)}`);
      if (entries.size >= ENTRY_LIMIT) throw new Error(`it has more than ${ENTRY_LIMIT} entries`);
      entries.set(entry.fileName, entry);
    }
  }
  return entries;
}

/**
 * The entries of a zip file by name, each to be streamed; only the central directory is read.
 * @throws AuditError FA100 when the file cannot be read, FA102 when it is no zip file or promises the impossible
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
