import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { AuditError, type ErrorCode } from '../../../src/errors.js';
import { float64 } from '../../../src/kernels/float64.js';
import { type Shape, sizeOf } from '../../../src/kernels/kernels.js';
import type { LoweredNetwork } from '../../../src/network/network.js';
import { lower } from '../../../src/layers/lower.js';
import { allInputs } from '../../../src/load/keras/keras-inputs.js';
import { kerasH5 } from '../../../src/load/keras/keras-h5.js';
import type { KerasModel } from '../../../src/load/keras/keras-model.js';
import { kerasV3 } from '../../../src/load/keras/keras-v3.js';
import { tfjsLayers } from '../../../src/load/keras/tfjs-layers.js';
import { openModel } from '../../../src/load/open-model.js';
import { evaluate, uploadConstants } from '../../../src/program/evaluate.js';

/* Saved models as data, to be written, misspelt and damaged. */

export interface WeightSpec {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: string; scale?: number; min?: number };
  group?: string;
}

export interface SavedModel {
  readonly json: {
    format?: string;
    // Anything may be written there: that is what is tested.
    modelTopology: any;
    weightsManifest: { paths: string[]; weights: WeightSpec[] }[];
  };
  readonly files: Record<string, Uint8Array>;
}

/** The model as tfjs saves it. */
export async function savedModel(network: LayersModel): Promise<SavedModel> {
  let saved: SavedModel | undefined;
  const handler = io.withSaveHandler((artifacts) => {
    const { modelTopology, weightSpecs, weightData } = artifacts;
    const weights = weightSpecs as WeightSpec[];
    saved = {
      json: { format: 'layers-model', modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights }] },
      files: { 'weights.bin': new Uint8Array(weightData as ArrayBuffer) },
    };
    return Promise.resolve({ modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) });
  });
  await network.save(handler);
  return structuredClone(saved as unknown as SavedModel);
}

/** Writes model.json and its files into a folder; returns the path of model.json. */
export function writeSaved(folder: string, { json, files }: SavedModel): string {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  writeFileSync(join(folder, 'model.json'), JSON.stringify(json));
  return join(folder, 'model.json');
}

/** Weights by name as the only file of a model of this topology. */
export function withWeights(
  modelTopology: unknown,
  weights: Readonly<Record<string, readonly [Shape, readonly number[]]>>,
): SavedModel {
  const specs = Object.entries(weights).map(([name, [shape]]) => ({ name, shape: [...shape], dtype: 'float32' }));
  const values = Float32Array.from(Object.values(weights).flatMap(([, list]) => list));
  return {
    json: { format: 'layers-model', modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: specs }] },
    files: { 'weights.bin': new Uint8Array(values.buffer) },
  };
}

/** A saved model as Keras describes it, before it becomes a network. */
export const openKeras = (path: string): Promise<KerasModel> =>
  openModel(path, [tfjsLayers, kerasV3, kerasH5], Infinity);

export async function loaded(path: string): Promise<LoweredNetwork> {
  const network = await openKeras(path);
  return lower(
    network,
    allInputs(network).map(({ shape }) => shape as Shape),
  );
}

/** What the loaded network makes of rows of its inputs, in float64. */
export function outputs({ build, output }: LoweredNetwork, inputs: readonly ArrayLike<number>[]): Float64Array {
  const program = build.finish(output);
  const rows = inputs[0]!.length / sizeOf(build.shape(program.inputs[0]!));
  const trace = evaluate(float64, program, uploadConstants(float64, program), inputs, rows);
  return Float64Array.from(float64.read(trace.primal(output)));
}

/** The AuditError that loading gives. */
async function refusalOf(path: string): Promise<AuditError> {
  const error: unknown = await loaded(path).then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof AuditError) return error;
  throw new Error(`no AuditError but ${String(error)}`, { cause: error });
}

/** As refusalOf, with its code checked: the message after the code. */
export async function refusalText(code: ErrorCode, path: string): Promise<string> {
  const error = await refusalOf(path);
  if (error.code !== code) throw new Error(`${code} expected, got ${error.message}`, { cause: error });
  if (error.exitCode !== 2) throw new Error(`exit code ${error.exitCode}`);
  return error.message.slice(code.length + 1);
}

/** A layer as Keras 3 writes it, without what does not matter. */
export function keras3Layer(className: string, config: object, inbound?: readonly string[]): object {
  const { name } = config as { name: string };
  const isInput = className === 'InputLayer';
  const policy = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null };
  return {
    module: 'keras.layers',
    class_name: className,
    config: { ...(!isInput && { trainable: true }), dtype: isInput ? 'float32' : policy, ...config },
    registered_name: null,
    ...(!isInput && { build_config: { input_shape: [null, 3] } }),
    ...(inbound && { name, inbound_nodes: isInput ? [] : [keras3Call(inbound)] }),
  };
}

export function keras3Call(layers: readonly string[], kwargs: object = {}): object {
  const tensors = layers.map((layer) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 3], dtype: 'float32', keras_history: [layer, 0, 0] },
  }));
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs };
}

export const keras3Input = (name: string, size: number): object =>
  keras3Layer('InputLayer', { batch_shape: [null, size], sparse: false, ragged: false, name }, []);

/** A topology as Keras 3 and the converter write it. */
export function keras3Model(className: 'Sequential' | 'Functional', config: object, version = '3.15.1'): object {
  const modelConfig = { module: 'keras', class_name: className, config, registered_name: className, build_config: {} };
  return { keras_version: version, backend: 'jax', model_config: modelConfig };
}

/** One layer between an input of three numbers and the output. */
export function keras3Single(className: string, config: object, version?: string): object {
  const layers = [keras3Input('in', 3), keras3Layer(className, { name: 'own', ...config })];
  return keras3Model('Sequential', { name: 'sequential', trainable: true, layers }, version);
}
