import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AuditError } from '../errors.js';
import type { ModelFormat } from './model-format.js';
import { modelFormats } from './model-formats.js';
import { allInputs } from './keras/keras-inputs.js';
import type { KerasModel } from './keras/keras-model.js';

/** Other formats that users are likely to try, and what to do instead. */
const advice: Record<string, string> = {
  '.pb': 'save the Keras model itself: model.save("model.keras")',
  '.onnx': 'rebuild the network in Keras and save it: model.save("model.keras")',
  '.pt': 'rebuild the network in Keras and save it: model.save("model.keras")',
  '.pth': 'rebuild the network in Keras and save it: model.save("model.keras")',
};

const formats: readonly ModelFormat[] = Object.values(modelFormats);
const usualNames = formats.flatMap((format) => format.usualNames);

/** The model file at a path or in the folder at a path. @throws AuditError FA200 when there is none */
export async function modelFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    throw new AuditError('FA200', { what: `${path}: there is no such file or folder`, fix: 'check the path' });
  if (!found.isDirectory()) return path;
  for (const inside of usualNames.map((name) => join(path, name))) {
    if (await stat(inside).catch(() => null)) return inside;
  }
  throw new AuditError('FA200', {
    what: `${path}: the folder has none of ${usualNames.join(', ')}`,
    fix: 'give the path of the model file',
  });
}

/**
 * Loads a model from a file, or from a folder with a file of a usual name.
 * @throws AuditError FA200 to FA205
 */
export async function openModel(path: string): Promise<KerasModel> {
  const file = await modelFile(path);
  const format = formats.find((candidate) => candidate.matches(file));
  if (!format) {
    const fix = advice[extname(file).toLowerCase()];
    throw new AuditError('FA205', {
      what: `${file}: this model format is not supported`,
      why: `the supported formats are ${formats.map((known) => known.description).join(', ')}`,
      ...(fix !== undefined && { fix }),
    });
  }
  const model = await format.load(file);
  allInputs(model);
  return model;
}
