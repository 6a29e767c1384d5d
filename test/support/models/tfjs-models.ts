import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Tensor, io, logSigmoid, serialization, tensor } from '@tensorflow/tfjs-core';
// Recurrent layers call operations as methods of tensors.
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import { type LayersModel, type SymbolicTensor, input, layers, model } from '@tensorflow/tfjs-layers';
import type { Shape } from '../../../src/kernels/kernels.js';
import type { LoweredNetwork } from '../../../src/network/network.js';
import { lower } from '../../../src/layers/lower.js';
import { openKeras } from './models.js';
import type { Random } from '../random.js';

/** tfjs has the operation, but no activation of layers. */
class LogSigmoid extends serialization.Serializable {
  static readonly className = 'log_sigmoid';

  apply(x: Tensor): Tensor {
    return logSigmoid(x);
  }

  getConfig(): serialization.ConfigDict {
    return {};
  }
}
serialization.registerClass(LogSigmoid);

type LayerClass = new (config: object) => layers.Layer;

/** The layer class that tfjs registers under a name; null where it knows none (Identity is an initializer there). */
export function tfjsLayer(className: string): LayerClass | null {
  const [found] = serialization.SerializationMap.getMap().classNameMap[className] ?? [];
  return found && found.prototype instanceof layers.Layer ? (found as unknown as LayerClass) : null;
}

export function makeLayer(className: string, config: object): layers.Layer {
  const found = tfjsLayer(className);
  if (!found) throw new Error(`tfjs has no layer ${className}`);
  // A copy: some constructors write to it.
  const copy = Object.entries(structuredClone(config)).map(([key, value]) => [key, made(value)] as const);
  const layer = new found(Object.fromEntries(copy));
  // CategoryEncoding and CenterCrop write to the shape of their input, Resizing takes no list of one tensor.
  const { computeOutputShape, call } = layer;
  layer.computeOutputShape = (shape) => computeOutputShape.call(layer, structuredClone(shape));
  layer.call = (inputs, kwargs) =>
    call.call(layer, Array.isArray(inputs) && inputs.length === 1 ? inputs[0]! : inputs, kwargs);
  return layer;
}

/** Layers inside a configuration as tfjs takes them: made. */
function made(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(made);
  const { className, config } = (value ?? {}) as { className?: string; config?: object };
  return typeof className === 'string' && config ? makeLayer(className, config) : value;
}

/** A model of inputs of the given shapes (of one example) and whatever `connect` makes of them. */
export function functional(
  shapes: readonly Shape[],
  connect: (inputs: SymbolicTensor[]) => SymbolicTensor,
): LayersModel {
  const inputs = shapes.map((shape) => input({ shape: [...shape] }));
  return model({ inputs, outputs: connect(inputs) });
}

/** Random weights that are never near zero; variances are positive. */
export function randomise(network: LayersModel, random: Random): void {
  for (const weight of network.weights) {
    const shape = weight.shape as number[];
    const values = random.nonZero(shape);
    weight.write(tensor(weight.name.includes('variance') ? values.map(Math.abs) : values, shape));
  }
}

/** What tfjs itself makes of the inputs, in float32 on the active backend. */
export function predict(
  network: LayersModel,
  shapes: readonly Shape[],
  inputs: readonly Float32Array[],
  rows: number,
): Float32Array {
  const tensors = inputs.map((values, k) => tensor(values, [rows, ...shapes[k]!]));
  const result = network.predict(tensors, { batchSize: rows });
  return (Array.isArray(result) ? result[0] : result)?.dataSync() as Float32Array;
}

/** Runs `f` on a folder that is deleted afterwards. */
export async function inFolder<T>(f: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-'));
  try {
    return await f(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** model.json and weights.bin, as tfjs saves them. */
export async function save(network: LayersModel, folder: string): Promise<void> {
  const handler = io.withSaveHandler((artifacts) => {
    const { modelTopology, weightSpecs, weightData, format } = artifacts;
    writeModel(folder, { modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }], format });
    writeFileSync(join(folder, 'weights.bin'), Buffer.from(weightData as ArrayBuffer));
    return Promise.resolve({ modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) });
  });
  await network.save(handler);
}

export const writeModel = (folder: string, json: object): void =>
  writeFileSync(join(folder, 'model.json'), JSON.stringify(json));

export const load = async (folder: string, shapes: readonly Shape[]): Promise<LoweredNetwork> =>
  lower(await openKeras(folder), shapes);

/** The output of a new layer of tfjs. */
export const applyLayer = (
  className: string,
  config: object,
  value: SymbolicTensor | SymbolicTensor[],
): SymbolicTensor => makeLayer(className, config).apply(value) as SymbolicTensor;
