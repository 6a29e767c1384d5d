import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AuditError } from '../errors.js';
import { systemError } from './bytes/reading-errors.js';
import type { ModelFormat } from './model-format.js';

/** Other formats that users are likely to try, and what to do instead. */
const REBUILD = 'rebuild the network in Keras and save it: model.save("model.keras")';
const SAVE = 'save the Keras model itself: model.save("model.keras")';
const DATA_FIRST = 'this looks like a data set: give the model first, and then the data set';

const advice: Readonly<Record<string, string>> = {
  '.pb': SAVE,
  '.tflite': SAVE,
  '.index': SAVE,
  '.onnx': REBUILD,
  '.pt': REBUILD,
  '.pth': REBUILD,
  '.ckpt': REBUILD,
  '.bin': REBUILD,
  '.safetensors': REBUILD,
  ...Object.fromEntries(['.npy', '.npz', '.csv', '.jsonl', '.parquet', '.idx', '.gz'].map((own) => [own, DATA_FIRST])),
};

/** Files in a folder that show what it is, where it is not a folder with a supported model. */
const otherFolders: readonly { readonly has: RegExp; readonly is: string; readonly fix: string }[] = [
  { has: /^(saved_model|keras_metadata)\.pb$/, is: 'a TensorFlow SavedModel', fix: `load it in Keras, and ${SAVE}` },
  { has: /\.safetensors$|^pytorch_model.*\.bin$/, is: 'a model of another library (Hugging Face)', fix: REBUILD },
  { has: /\.(pt|pth|ckpt)$/, is: 'a folder of PyTorch checkpoints', fix: REBUILD },
];

/** The model file at a path or in the folder at a path. @throws AuditError FA200 when there is none, FA205 in a folder of another kind */
export async function findModel(
  path: string,
  formats: readonly Pick<ModelFormat<unknown>, 'usualNames'>[],
): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw notFound(path, error);
  });
  if (!found.isDirectory()) return path;
  const usualNames = formats.flatMap((format) => format.usualNames);
  for (const inside of usualNames.map((name) => join(path, name))) {
    if (await stat(inside).catch(() => null)) return inside;
  }
  throw withoutModel(path, usualNames, await readdir(path).catch(() => []));
}

function notFound(path: string, error: unknown): AuditError {
  if (!/^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) return systemError('FA200', path, error);
  const what = `${path}: there is no such file or folder`;
  return new AuditError('FA200', { what, fix: 'check the path of the model' }, { cause: error });
}

/** The error for a folder without a model file of a usual name. */
function withoutModel(path: string, usualNames: readonly string[], files: readonly string[]): AuditError {
  const what = `${path}: the folder has none of ${usualNames.join(', ')}`;
  const other = otherFolders.find(({ has }) => files.some((file) => has.test(file)));
  if (other === undefined) return new AuditError('FA200', { what, fix: 'give the path of the model file' });
  return new AuditError('FA205', { what, why: `it looks like ${other.is}, which is not supported`, fix: other.fix });
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
    throw new AuditError('FA205', {
      what: `${file}: this model format is not supported`,
      why: `the supported formats are ${formats.map((known) => known.description).join(', ')}`,
      fix: advice[extname(file).toLowerCase()] ?? SAVE,
    });
  }
  return format.load(file, memory);
}
