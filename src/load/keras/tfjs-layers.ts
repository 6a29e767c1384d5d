import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import * as z from 'zod';
import { AuditError } from '../../errors.js';
import { checkValue } from '../../text/check-value.js';
import { text } from '../../network/untrusted-schemas.js';
import { readWhole } from '../bytes/files.js';
import type { KerasModel } from './keras-model.js';
import type { ModelFormat } from '../model-format.js';
import { kerasMajorOf, losesMergedMasks } from './keras-version.js';
import { manifestSchema, readWeights } from './weights/tfjs-weights.js';
import { beyondLimit } from './topology-errors.js';
import { MAX_TOPOLOGY_BYTES, parseTopology, parseTopologyJson } from './topology.js';

const fileSchema = z.object({
  modelTopology: z.object({
    class_name: text,
    config: z.unknown().refine((config) => config !== undefined, 'it is missing'),
    keras_version: z.string().optional(),
  }),
  weightsManifest: manifestSchema,
});

/** A LayersModel: model.json, and weight files in the same folder. */
export const tfjsLayers: ModelFormat<KerasModel> = {
  description: 'TensorFlow.js LayersModel (model.json with weight files beside it)',
  usualNames: ['model.json'],
  matches: (path) => basename(path).toLowerCase().endsWith('.json'),

  async load(path, memory): Promise<KerasModel> {
    const bytes = await readWhole(path, {
      code: 'FA200',
      limit: MAX_TOPOLOGY_BYTES,
      fix: 'give the path of a model.json, which holds the layers but not the weights',
    });
    const saved = parseFile(path, bytes);
    const hash = createHash('sha256').update(bytes);
    const { class_name: className, config, keras_version: version } = saved.modelTopology;
    const graph = parseTopology(path, className, config);
    const weights = await readWeights(path, saved.weightsManifest, memory, (part) => hash.update(part));
    const kerasMajor = version === undefined ? null : kerasMajorOf(`${path}: modelTopology.keras_version`, version);
    const tfjs = version?.startsWith('tfjs-layers ') ?? false;
    return {
      path,
      format: 'tfjs-layers',
      sha256: hash.digest('hex'),
      kerasMajor,
      tfjs,
      losesMergedMasks: losesMergedMasks(version),
      graph,
      weights,
    };
  },
};

function parseFile(path: string, bytes: Uint8Array): z.infer<typeof fileSchema> {
  const json = parseTopologyJson(bytes, path, 'give the path of a model.json');
  refuseGraphModel(path, json);
  const unwrappedJson = unwrapped(json);
  const checked = checkValue(fileSchema, unwrappedJson, 'the file');
  if (checked.success) return checked.data;
  if (checked.beyondLimit) throw beyondLimit(path, checked.problem);
  throw looksLikeModel(unwrappedJson) ? damaged(path, checked.problem) : notLayersModel(path, checked.problem);
}

/** Converted models have the configuration in modelTopology.model_config, those of tfjs directly in modelTopology. */
function unwrapped(json: unknown): unknown {
  const { modelTopology: outer, weightsManifest } = (json ?? {}) as Record<string, Record<string, unknown> | null>;
  const inner = outer?.['model_config'] as Record<string, unknown> | null | undefined;
  if (typeof inner !== 'object' || inner === null) return json;
  const { class_name: className, config } = inner;
  const version = outer?.['keras_version'];
  const modelTopology = { class_name: className, config, ...(version !== undefined && { keras_version: version }) };
  return { modelTopology, weightsManifest };
}

/** Whether a JSON value has the parts of a LayersModel, so that a mistake in it is a damage. */
function looksLikeModel(json: unknown): boolean {
  const { modelTopology } = (json ?? {}) as { modelTopology?: { class_name?: unknown } | null };
  return modelTopology?.class_name !== undefined;
}

const notLayersModel = (path: string, why: string): AuditError =>
  new AuditError('FA205', {
    what: `${path} is not a LayersModel`,
    why,
    fix: 'give the model.json that model.save() of tfjs or tensorflowjs_converter wrote, or a .keras or .h5 file',
  });

const damaged = (path: string, why: string): AuditError =>
  new AuditError('FA202', {
    what: `${path} is a damaged LayersModel`,
    why,
    fix: 'copy the model again, or save it with model.save() of tfjs or tensorflowjs_converter',
  });

function refuseGraphModel(path: string, json: unknown): void {
  const { format, modelTopology } = (json ?? {}) as { format?: unknown; modelTopology?: { node?: unknown } | null };
  if (format !== 'graph-model' && modelTopology?.node === undefined) return;
  throw new AuditError('FA205', {
    what: `${path} is a GraphModel, which has operations but no layers`,
    fix: 'convert the Keras model itself: tensorflowjs_converter --input_format=keras --output_format=tfjs_layers_model',
  });
}
