import { audit } from '../../../../dist/index.js';
import { dataSamples } from './data.mjs';
import { modelSamples } from './models.mjs';
import { resultSamples } from './results.mjs';

const settings = { inputs: 2, samples: [1, 2], parameters: 2, backend: 'cpu' };
const audited = (files) => audit({ ...files, ...settings });

/*
 * A sample is a valid file of one kind: its `bytes`, the `file` that is written, and `read`, which reads it with what it
 * belongs to and gives the result. The bytes are `pack`ed before they are written where they are the inner layer of a file.
 */
/** One sample of each kind. Nothing else is written to `folder`, so that a mutation depends on no other. */
export const makeSamples = async (folder) => [
  ...(await modelSamples(folder, audited)),
  ...(await dataSamples(folder, audited)),
  ...(await resultSamples(folder)),
];
