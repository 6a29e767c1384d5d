import { type SymbolicTensor, layers, sequential } from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import type { Shape } from '../../../src/kernels/kernels.js';
import { type SavedModel, refusalText, savedModel, writeSaved } from './models.js';
import { EPSILON_32, distance, largest } from '../numbers.js';
import { Random } from '../random.js';
import { inFolder, randomise } from './tfjs-models.js';

/* Small models, written to disk and read again. */

export const ROWS = 4;

/** Rounding of a short float32 computation, relative to its largest output. */
const ROUNDING = 64 * EPSILON_32;

export const apply = (layer: layers.Layer, ...inputs: SymbolicTensor[]): SymbolicTensor =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as SymbolicTensor;

export const dense = (units: number, activation = 'tanh', more: object = {}): layers.Layer =>
  layers.dense({ units, activation: activation as 'tanh', ...more });

export function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(wanted.length).toBeGreaterThan(0);
  expect(distance(actual, wanted)).toBeLessThanOrEqual(ROUNDING * largest(wanted));
}

export const inputsFor = (shapes: readonly Shape[], seed: string): Float32Array[] => {
  const random = new Random(seed);
  return shapes.map((shape) => random.values([ROWS, ...shape]));
};

/** Writes a saved model, and gives its path to `f`. */
export const written = <T>(saved: SavedModel, f: (path: string) => Promise<T>): Promise<T> =>
  inFolder((folder) => f(writeSaved(folder, saved)));

export const refused = (code: Parameters<typeof refusalText>[0], saved: SavedModel): Promise<string> =>
  written(saved, (path) => refusalText(code, path));

/** A small model of two layers with kernels, random weights. */
export async function smallModel(seed = 'small'): Promise<SavedModel> {
  const network = sequential({
    layers: [dense(4, 'tanh', { inputShape: [3], name: 'first' }), dense(2, 'linear', { name: 'second' })],
  });
  randomise(network, new Random(seed));
  return savedModel(network);
}
