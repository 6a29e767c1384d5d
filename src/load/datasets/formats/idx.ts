import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AuditError } from '../../../errors.js';
import type { ArraySource, DatasetFormat } from '../dataset.js';
import { fileSource, readStart, type ByteSource } from '../../bytes/byte-source.js';
import { canInflate, gunzipped } from '../../bytes/deflate.js';
import { numberTypes, type NumberType } from '../../bytes/number-types.js';
import { sizeOf } from '../../../kernels/kernels.js';
import { storedArray, type StoredArray } from '../stored-array.js';

/** Number types by the third byte of the file; all are big-endian. */
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
  return new AuditError('FA102', { what: `${source.label} is not a readable IDX file`, why, fix: 'download it again' });
}

/** The header: two zero bytes, type, number of axes, then the size of each axis in four bytes. */
async function headerOf(source: ByteSource): Promise<StoredArray> {
  const bytes = await readStart(source, LONGEST_HEADER);
  const type = bytes.length < 4 || bytes.readUInt16BE(0) !== 0 ? undefined : typeCodes[bytes.readUInt8(2)];
  if (type === undefined) throw damaged(source, 'it does not start with the bytes of this format');
  const axes = bytes.readUInt8(3);
  const start = 4 + 4 * axes;
  if (bytes.length < start) throw damaged(source, 'it ends inside its header');
  const shape = Array.from({ length: axes }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  return { name: null, shape, type, bigEndian: true, fortranOrder: false, start };
}

async function isGzip(source: ByteSource): Promise<boolean> {
  const bytes = await readStart(source, 2);
  return bytes.length === 2 && bytes.readUInt16BE(0) === 0x1f8b;
}

/** @throws AuditError FA100 when it cannot be read, FA102 when it is damaged or has another size than it declares */
async function arrayIn(path: string): Promise<ArraySource> {
  const file = await fileSource(path);
  const source = (await isGzip(file)) ? gunzipped(path, file) : file;
  const array = await headerOf(source);
  const declared = array.start + sizeOf(array.shape) * array.type.bytes;
  if (source.bytes === null && !canInflate(file.bytes ?? 0, declared)) {
    throw damaged(source, `${file.bytes} bytes cannot unpack to the declared ${declared}`);
  }
  return storedArray(source, array);
}

/** MNIST and similar data sets come in pairs: the labels of t10k-images-idx3-ubyte are in t10k-labels-idx1-ubyte. */
async function labelsBeside(path: string): Promise<readonly ArraySource[]> {
  const name = basename(path);
  const beside = join(dirname(path), name.replace(/images([-.])idx3/, 'labels$1idx1'));
  const found = basename(beside) === name ? null : await stat(beside).catch(() => null);
  return found?.isFile() ? [{ ...(await arrayIn(beside)), name: 'labels' }] : [];
}

/** The format of MNIST and similar data sets. */
export const idx: DatasetFormat = {
  extensions: ['.idx', '.idx.gz', '-ubyte', '-ubyte.gz'],
  description: 'IDX, the format of MNIST (t10k-images-idx3-ubyte), gzipped or not; with the labels beside it',
  async open(path) {
    return [await arrayIn(path), ...(await labelsBeside(path))];
  },
};
