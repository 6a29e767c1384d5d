import { tensor } from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { type Report, audit } from '../../src/index.js';
import { sizeOf } from '../../src/kernels/kernels.js';
import { float32Kernels } from '../support/backends.js';
import { EPSILON_32 } from '../support/numbers.js';
import { Random } from '../support/random.js';
import { functional, inFolder, makeLayer, save } from '../support/models/tfjs-models.js';

/**
 * Convolutional networks of few channels and filters, whole audits on wasm against those in float64: the products of
 * the same data in many shapes, with one column or one row among them, in which a backend may mistake one for another.
 */
interface Case {
  /** Behind relu derivatives come from reverse passes, behind tanh from pushing directions. */
  readonly activation: 'relu' | 'tanh';
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
}

const INPUTS = 7;
const CLASSES = 3;

const cases: Case[] = (['relu', 'tanh'] as const).flatMap((activation) =>
  [4, 8, 16].flatMap((size) =>
    [4, 8].flatMap((channels) =>
      [1, 2, 4].flatMap((filters) => [1, 3].map((kernel) => ({ activation, size, channels, filters, kernel }))),
    ),
  ),
);

function network({ activation, size, channels, filters, kernel }: Case): LayersModel {
  const chain = [
    makeLayer('Conv2D', { filters, kernelSize: kernel, activation }),
    makeLayer('Conv2D', { filters: filters === 1 ? 2 : 1, kernelSize: 2, strides: 2, activation }),
    makeLayer('Flatten', {}),
    makeLayer('Dense', { units: CLASSES, activation: 'softmax' }),
  ];
  return functional([[size, size, channels]], ([input]) =>
    chain.reduce((value, layer) => layer.apply(value) as SymbolicTensor, input!),
  );
}

/** Weights as large as the sums that they are in allow, so that no unit is saturated. */
function initialise(model: LayersModel, random: Random): void {
  for (const weight of model.weights) {
    const shape = weight.shape as number[];
    const terms = sizeOf(shape.slice(0, -1));
    weight.write(
      tensor(
        random.nonZero(shape).map((x) => x / Math.sqrt(terms)),
        shape,
      ),
    );
  }
}

/** Terms of the sums on the way from the inputs to a figure, each of which rounds: three layers, there and back. */
const roundings = (model: LayersModel): number =>
  2 * model.weights.reduce((sum, weight) => sum + sizeOf((weight.shape as number[]).slice(0, -1)), INPUTS + CLASSES);

/** Figures of each weight, none of which is a difference; variances hold fourth powers of derivatives. */
const figuresOf = ({ layers }: Report): { name: string; power: number; value: number | null }[] =>
  layers.flatMap(({ weights }) =>
    weights.flatMap(({ name, fisher, variance }) => [
      { name: `${name}: trace`, power: 2, value: fisher.trace },
      { name: `${name}: norm`, power: 2, value: fisher.norm },
      { name: `${name}: variance of Î₁`, power: 4, value: variance.gradient },
      { name: `${name}: variance of Î₂`, power: 4, value: variance.hessian },
    ]),
  );

beforeAll(() => float32Kernels('wasm'));

it.each(cases)('$activation, maps of $size, channels $channels, filters $filters, kernel $kernel', async (one) => {
  const model = network(one);
  initialise(model, new Random(JSON.stringify(one)));
  await inFolder(async (folder) => {
    await save(model, folder);
    const options = { model: folder, inputs: INPUTS, samples: 1, parameters: 'all' } as const;
    const exact = figuresOf(await audit({ ...options, precision: 'float64' }));
    for (const batchSize of [1, INPUTS]) {
      const found = figuresOf(await audit({ ...options, backend: 'wasm', batchSize }));
      found.forEach(({ name, power, value }, k) => {
        const truth = exact[k]?.value ?? null;
        const tolerance = power * roundings(model) * EPSILON_32 * (truth ?? 0);
        expect(value === null, name).toBe(truth === null);
        expect(Math.abs((value ?? 0) - (truth ?? 0)), `${name}, batches of ${batchSize}`).toBeLessThanOrEqual(
          tolerance,
        );
      });
    }
  });
});
