import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AuditError } from '../errors.js';
import type { ModelFormat } from './model-format.js';

/** Other formats that users are likely to try, and what to do instead. */
const advice: Record<string, string> = {
  '.pb': 'save the Keras model itself: model.save("model.keras")',
  '.onnx': 'rebuild the network in Keras and save it: model.save("model.keras")',
  '.pt': 'rebuild the network in Keras and save it: model.save("model.keras")',
  '.pth': 'rebuild the network in Keras and save it: model.save("model.keras")',
};

/** The model file at a path or in the folder at a path. @throws AuditError FA200 when there is none */
export async function findModel(
  path: string,
  formats: readonly Pick<ModelFormat<unknown>, 'usualNames'>[],
): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    throw new AuditError('FA200', { what: `${path}: there is no such file or folder`, fix: 'check the path' });
  if (!found.isDirectory()) return path;
  const usualNames = formats.flatMap((format) => format.usualNames);
  for (const inside of usualNames.map((name) => join(path, name))) {
    if (await stat(inside).catch(() => null)) return inside;
  }
  throw new AuditError('FA200', {
    what: `${path}: the folder has none of ${usualNames.join(', ')}`,
    fix: 'give the path of the model file',
  });
}

/**
 * Loads a model of one of these formats from a file, or from a folder with a file of a usual name.
 * @param memory bytes that its weights may take
 * @throws AuditError FA200 to FA205, FA401
 */
export async function openModel<Model>(
  path: string,
  formats: readonly ModelFormat<Model>[],
  memory: number,
): Promise<Model> {
  const file = await findModel(path, formats);
  const format = formats.find((candidate) => candidate.matches(file));
  if (!format) {
    const fix = advice[extname(file).toLowerCase()];
    throw new AuditError('FA205', {
      what: `${file}: this model format is not supported`,
      why: `the supported formats are ${formats.map((known) => known.description).join(', ')}`,
      ...(fix !== undefined && { fix }),
    });
  }
  return format.load(file, memory);
}
