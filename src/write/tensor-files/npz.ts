import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { AuditError } from '../../errors.js';
import { type NpyFile, npyOfTensor, npyOfText } from './npy.js';
import type { TensorFileFormat } from './tensor-file.js';

/** The first day that zip files know: the same figures give the same file. */
const NO_DATE = new Date(1980, 0, 1);

/**
 * What numpy.load reads as an archive: a zip file with an array in the format of numpy.save for each name, stored
 * without compression (the digits of measured numbers hardly compress). Metadata are JSON in the array `__metadata__`.
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
    // What unpacks archives takes it for a slash.
    if (name.includes('\\')) throw new Error('it has a backslash');
    zip.addReadStreamLazy(`${name}.npy`, options, (give) => {
      give(null, Readable.from([header, data], { objectMode: false }));
    });
  } catch (error) {
    throw new AuditError('FA406', {
      what: `${name} cannot be the name of a file in a zip archive: ${(error as Error).message}`,
      fix: 'write a .safetensors file, or leave the layer out (--skip-layer)',
    });
  }
}
