import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AuditError } from '../errors.js';
import { modelFormats } from './model-formats/index.js';
import { allInputs } from './network-inputs.js';
import type { Network } from './network.js';

/** What users are likely to try, and what to do instead. */
const advice: Record<string, string> = {
  '.h5': 'convert it: tensorflowjs_converter --input_format=keras model.h5 folder',
  '.hdf5': 'convert it: tensorflowjs_converter --input_format=keras model.h5 folder',
  '.keras':
    'save it as .h5 in Keras (model.save("model.h5")) and convert that: tensorflowjs_converter --input_format=keras',
  '.pb': 'convert the Keras model itself to a tfjs LayersModel',
  '.onnx': 'save the network as a tfjs LayersModel',
  '.pt': 'rebuild the network in Keras and save it as a tfjs LayersModel',
  '.pth': 'rebuild the network in Keras and save it as a tfjs LayersModel',
};

/** The model file itself, where a folder was given. @throws AuditError FA200 when there is neither */
async function modelFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new AuditError('FA200', { what: `${path}: no such file or folder`, fix: 'check the path' });
  if (!found.isDirectory()) return path;
  const inside = join(path, 'model.json');
  if (await stat(inside).catch(() => null)) return inside;
  throw new AuditError('FA200', { what: `${path}: the folder holds no model.json`, fix: 'name the model file itself' });
}

/**
 * Loads a network from a file, or from a folder that holds a model.json.
 * @throws AuditError FA200 to FA205
 */
export async function openNetwork(path: string): Promise<Network> {
  const file = await modelFile(path);
  const format = Object.values(modelFormats).find((candidate) => candidate.matches(file));
  if (!format) {
    throw new AuditError('FA205', {
      what: `${file}: models of this format cannot be read`,
      fix:
        advice[extname(file).toLowerCase()] ??
        `known are: ${Object.values(modelFormats)
          .map((known) => known.description)
          .join(', ')}`,
    });
  }
  const network = await format.load(file);
  allInputs(network);
  return network;
}
