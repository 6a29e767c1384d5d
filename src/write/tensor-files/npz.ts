import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { AuditError } from '../../errors.js';
import { type NpyFile, npyOfTensor, npyOfText } from './npy.js';
import type { TensorFileFormat } from './tensor-file.js';

/** The earliest date of the zip format, so that the same figures give the same file. */
const NO_DATE = new Date(1980, 0, 1);

/**
 * An archive for numpy.load: a zip file with one numpy.save array for each name. Entries are not compressed, since
 * float64 figures hardly shrink. The array `__metadata__` holds the metadata as JSON.
 */
export const npz: TensorFileFormat = {
  extension: '.npz',
  async *write({ tensors, metadata }) {
    const zip = new ZipFile();
    add(zip, '__metadata__', npyOfText(JSON.stringify(metadata)));
    for (const tensor of tensors) add(zip, tensor.name, npyOfTensor(tensor));
    zip.end();
    yield* zip.outputStream as unknown as AsyncIterable<Uint8Array>;
  },
};

function add(zip: ZipFile, name: string, { header, data }: NpyFile): void {
  const options = { compress: false, mtime: NO_DATE, forceDosTimestamp: true, size: header.length + data.length };
  try {
    // Unpackers read a backslash as a slash.
    if (name.includes('\\')) throw new Error('it has a backslash');
    zip.addReadStreamLazy(`${name}.npy`, options, (give) => {
      give(null, Readable.from([header, data], { objectMode: false }));
    });
  } catch (error) {
    throw new AuditError('FA406', {
      what: `a zip archive cannot hold a file named ${name}: ${(error as Error).message}`,
      fix: 'write a .safetensors file, or leave out the layer with --skip-layer',
    });
  }
}
