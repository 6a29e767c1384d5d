import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AuditError } from '../../../errors.js';
import type { ArraySource, DatasetFormat } from '../dataset.js';
import { fileSource, readStart, type ByteSource } from '../../bytes/byte-source.js';
import { canInflate, gunzipped } from '../../bytes/deflate.js';
import { numberTypes, type NumberType } from '../../bytes/number-types.js';
import { sizeOf } from '../../../kernels/kernels.js';
import { storedArray, type StoredArray } from '../stored-array.js';

/** The third byte of the file says what its numbers are; all are stored with the high byte first. */
const typeCodes: Readonly<Record<number, NumberType>> = {
  0x08: numberTypes.u1,
  0x09: numberTypes.i1,
  0x0b: numberTypes.i2,
  0x0c: numberTypes.i4,
  0x0d: numberTypes.f4,
  0x0e: numberTypes.f8,
};
const LONGEST_HEADER = 4 + 4 * 255;

function damaged(source: ByteSource, why: string): AuditError {
  return new AuditError('FA102', { what: `${source.label} is no readable IDX file`, why, fix: 'fetch it again' });
}

/** Two zero bytes, type, number of axes, then each axis's size in four bytes. */
async function headerOf(source: ByteSource): Promise<StoredArray> {
  const bytes = await readStart(source, LONGEST_HEADER);
  const type = bytes.length < 4 || bytes.readUInt16BE(0) !== 0 ? undefined : typeCodes[bytes.readUInt8(2)];
  if (type === undefined) throw damaged(source, 'it does not start as one does');
  const axes = bytes.readUInt8(3);
  const start = 4 + 4 * axes;
  if (bytes.length < start) throw damaged(source, 'it ends within its header');
  const shape = Array.from({ length: axes }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  return { name: null, shape, type, bigEndian: true, fortranOrder: false, start };
}

async function isGzip(source: ByteSource): Promise<boolean> {
  const bytes = await readStart(source, 2);
  return bytes.length === 2 && bytes.readUInt16BE(0) === 0x1f8b;
}

/** @throws AuditError FA100, FA102 when it cannot be read, or has another size than its header promises */
async function arrayIn(path: string): Promise<ArraySource> {
  const file = await fileSource(path);
  const source = (await isGzip(file)) ? gunzipped(path, file) : file;
  const array = await headerOf(source);
  const promised = array.start + sizeOf(array.shape) * array.type.bytes;
  if (source.bytes === null && !canInflate(file.bytes ?? 0, promised)) {
    throw damaged(source, `${file.bytes} bytes cannot unpack to the ${promised} that its header promises`);
  }
  return storedArray(source, array);
}

/** Beside t10k-images-idx3-ubyte lies t10k-labels-idx1-ubyte: MNIST and its relatives come in such pairs. */
async function labelsBeside(path: string): Promise<readonly ArraySource[]> {
  const name = basename(path);
  const beside = join(dirname(path), name.replace(/images([-.])idx3/, 'labels$1idx1'));
  const found = basename(beside) === name ? null : await stat(beside).catch(() => null);
  return found?.isFile() ? [{ ...(await arrayIn(beside)), name: 'labels' }] : [];
}

/** The format of MNIST and its relatives. */
export const idx: DatasetFormat = {
  extensions: ['.idx', '.idx.gz', '-ubyte', '-ubyte.gz'],
  description: 'IDX, the format of MNIST (t10k-images-idx3-ubyte), gzipped or not; with the labels beside it',
  async open(path) {
    return [await arrayIn(path), ...(await labelsBeside(path))];
  },
};
