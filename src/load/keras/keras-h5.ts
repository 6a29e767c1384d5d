import { createHash } from 'node:crypto';
import * as z from 'zod';
import { list, text } from '../../network/untrusted-schemas.js';
import { AuditError } from '../../errors.js';
import { checkValue } from '../../text/check-value.js';
import { fileSize, readWhole } from '../bytes/files.js';
import { type Hdf5File, MAX_HDF5_BYTES, readHdf5 } from '../containers/hdf5/file.js';
import type { KerasModel, StoredWeight } from './keras-model.js';
import { hdf5Weight } from './weights/hdf5-weight.js';
import type { ModelFormat } from '../model-format.js';
import { refuseLargeWeights } from '../weight-memory.js';
import { kerasMajorOf, losesMergedMasks } from './keras-version.js';
import { classOf, classSchema } from './class-name.js';
import { beyondLimit } from './topology-errors.js';
import { parseTopology, parseTopologyJson } from './topology.js';

const WEIGHTS = '/model_weights';
/** The group of weights that belong to the model itself. */
const TOP_LEVEL = 'top_level_model_weights';

const configSchema = classSchema.extend({ config: z.unknown() });
const namesSchema = list(text);

/** A model in one HDF5 file, the default of Keras 2 and an option of Keras 3. */
export const kerasH5: ModelFormat<KerasModel> = {
  description: 'Keras HDF5 model (.h5, .hdf5)',
  usualNames: ['model.h5', 'model.hdf5'],
  matches: (path) => /\.(h5|hdf5)$/i.test(path),

  async load(path, memory): Promise<KerasModel> {
    refuseLargeWeights(path, await fileSize(path, 'FA200'), memory);
    const bytes = await readWhole(path, {
      code: 'FA200',
      limit: MAX_HDF5_BYTES,
      fix: 'convert the model with tensorflowjs_converter, which splits the weights into several files',
    });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { config, version, stored } = await readHdf5(path, bytes, memory, (file) => readModel(path, file));
    const json = parseTopologyJson(config, `${path}: model_config`, 'save the model again');
    const saved = checkValue(configSchema, json, 'model_config');
    if (!saved.success) throw damaged(path, saved.problem);
    const graph = parseTopology(path, classOf(saved.data), saved.data.config);
    const kerasMajor = version === undefined ? null : kerasMajorOf(`${path}: keras_version`, version);
    return {
      path,
      format: 'keras-h5',
      sha256,
      kerasMajor,
      tfjs: false,
      losesMergedMasks: losesMergedMasks(version),
      graph,
      weights: distinct(path, stored),
    };
  },
};

const damaged = (path: string, why: string): AuditError =>
  new AuditError('FA202', { what: `${path} is damaged`, why, fix: 'copy or save the model again' });

interface SavedModel {
  readonly config: string;
  readonly version: string | undefined;
  readonly stored: readonly Kept[];
}

/** A weight with the name of the layer whose group holds it. */
interface Kept extends StoredWeight {
  readonly within: string;
}

function readModel(path: string, file: Hdf5File): SavedModel {
  const config = file.texts('/', 'model_config')?.[0];
  if (config === undefined || file.kind(WEIGHTS) !== 'group') {
    throw new AuditError('FA205', {
      what: `${path} does not hold a whole model`,
      why: 'it has no model_config or no model_weights, and the layers cannot be found from weights alone',
      fix: 'save the whole model: model.save("model.keras") or model.save("model.h5")',
    });
  }
  const layers = namesIn(path, file, WEIGHTS, 'layer_names');
  const known = layers.includes(TOP_LEVEL) || file.kind(`${WEIGHTS}/${TOP_LEVEL}`) !== 'group';
  const stored = (known ? layers : [...layers, TOP_LEVEL]).flatMap((layer) => weightsOf(path, file, layer));
  return { config, version: file.texts('/', 'keras_version')?.[0], stored };
}

function weightsOf(path: string, file: Hdf5File, layer: string): Kept[] {
  const group = `${WEIGHTS}/${layer}`;
  if (file.kind(group) !== 'group') throw damaged(path, `it has no weights of layer "${layer}"`);
  const names = namesIn(path, file, group, 'weight_names');
  if (new Set(names).size < names.length) throw damaged(path, `layer "${layer}" has two weights of one name`);
  // ":0" is the number of an output of a TensorFlow operation.
  return names.map((stored) => {
    const name = stored.replace(/:0$/, '');
    return { ...hdf5Weight(path, file, `${group}/${stored}`, { name }), within: layer };
  });
}

/** A list of names. Keras splits long lists into several attributes, which it numbers. */
function namesIn(path: string, file: Hdf5File, group: string, attribute: string): readonly string[] {
  const names: string[] = [];
  let part = file.texts(group, attribute);
  if (part === null) part = file.texts(group, `${attribute}0`);
  if (part === null) throw damaged(path, `${group} has no ${attribute}`);
  for (let k = 1; part !== null; k++) {
    names.push(...part);
    part = file.texts(group, `${attribute}${k}`);
  }
  const checked = checkValue(namesSchema, names, attribute);
  if (checked.success) return checked.data;
  if (checked.beyondLimit) throw beyondLimit(path, `${group}: ${checked.problem}`);
  throw damaged(path, `${group}: ${checked.problem}`);
}

/** The weights by distinct names. Duplicate names get their layer's name as a prefix. */
function distinct(path: string, stored: readonly Kept[]): Map<string, StoredWeight> {
  const byName = new Map<string, Kept[]>();
  for (const weight of stored) {
    const alike = byName.get(weight.name);
    if (alike) alike.push(weight);
    else byName.set(weight.name, [weight]);
  }
  const weights = new Map<string, StoredWeight>();
  for (const [name, alike] of byName) {
    refuseShared(path, name, alike);
    for (const weight of alike) {
      const isOwn = alike.length === 1 || name.startsWith(`${weight.within}/`);
      const own = isOwn ? name : `${weight.within}/${name}`;
      if (weights.has(own)) throw damaged(path, `two weights are named "${own}"`);
      weights.set(own, { ...weight, name: own });
    }
  }
  return weights;
}

/**
 * Keras saves a layer that two models share with both of them. Its weights would then count as two parameters, each with
 * half of the derivative. Only equal names and numbers show that they are one.
 * @throws AuditError FA203
 */
function refuseShared(path: string, name: string, alike: readonly Kept[]): void {
  if (alike.length === 1) return;
  const seen = new Map<string, Kept>();
  for (const weight of alike) {
    const { buffer, byteOffset, byteLength } = weight.values;
    const key = createHash('sha256')
      .update(new Uint8Array(buffer, byteOffset, byteLength))
      .digest('hex');
    const other = seen.get(key);
    // Weights that are all zeros or all ones are equal by their initialisation.
    if (other && weight.values.some((x) => x !== weight.values[0])) {
      throw new AuditError('FA203', {
        what: `${path}: weight "${name}" belongs to two layers, ${other.within} and ${weight.within}`,
        why: 'a layer that two models share cannot be recognised as one layer',
        fix: 'build the model so that only one model contains the layer',
      });
    }
    seen.set(key, weight);
  }
}
