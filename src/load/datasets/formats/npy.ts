import type { DatasetFormat } from '../dataset.js';
import { fileSource } from '../../bytes/byte-source.js';
import { readNpy } from '../../containers/npy-header.js';

/** One array, as numpy.save writes it. */
export const npy: DatasetFormat = {
  extensions: ['.npy'],
  description: 'one array of numbers, as numpy.save writes it',
  async open(path) {
    return [await readNpy(await fileSource(path), null)];
  },
};
