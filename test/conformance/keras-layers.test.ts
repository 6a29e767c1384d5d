import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Shape, sizeOf } from '../../src/kernels/kernels.js';
import { LARGEST_STEP } from '../support/differences.js';
import { loaded, withWeights, writeSaved } from '../support/models/models.js';
import { checkWeights } from '../support/models/networks.js';
import { EPSILON_32, distance, largest } from '../support/numbers.js';
import { Experiment } from '../support/programs.js';
import { inFolder } from '../support/models/tfjs-models.js';

/**
 * Layers that tfjs-layers does not know, or computes otherwise than Keras: what Keras 3 made of them in float32; see
 * data/make-keras-layers.py.
 */
interface Case {
  readonly name: string;
  readonly topology: object;
  readonly weights: Readonly<Record<string, readonly [Shape, readonly number[]]>>;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly number[];
}

const file = new URL('data/keras-layers.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[];

/** Roundings of Keras on the way through a few layers, each relative to the largest number. */
const ROUNDINGS = 64;

/** Parameters of a model whose derivatives are checked, too: others only put layers together. */
const FEW = 60;

describe('layers of Keras 3', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, { topology, weights, inputs, outputs }) => {
    const lowered = await inFolder((folder) => loaded(writeSaved(folder, withWeights(topology, weights))));
    const program = lowered.build.finish(lowered.output);
    const size = sizeOf(lowered.build.shape(program.inputs[0]!));
    const rows = inputs[0]!.length / size;
    const experiment = new Experiment(
      program,
      inputs.map((values) => Float64Array.from(values)),
      rows,
    );
    const tolerance = ROUNDINGS * EPSILON_32 * Math.max(1, largest(outputs));
    expect(distance(experiment.outputs(), outputs)).toBeLessThanOrEqual(tolerance);
    const parameters = lowered.layers
      .flatMap((layer) => layer.weights)
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    if (parameters <= FEW && experiment.kinkDistance() > 3 * LARGEST_STEP) checkWeights(experiment);
  });
});

describe('names of weights', () => {
  const named = (name: string, rename: (path: string) => string): Promise<string[]> => {
    const { topology, weights } = cases.find((one) => one.name === name)!;
    const renamed = Object.fromEntries(Object.entries(weights).map(([path, weight]) => [rename(path), weight]));
    return inFolder(async (folder) => {
      const { layers } = await loaded(writeSaved(folder, withWeights(topology, renamed)));
      return layers.flatMap((layer) => layer.weights.map((weight) => `${layer.path} ${weight.name}`));
    });
  };

  it('are those of the file, in the row of the outer layer', async () => {
    const paths = Object.keys(cases.find(({ name }) => name === 'bidirectional ave')!.weights);
    const rows = paths.map((path) => `${path.split('/')[1]} ${path}`);
    expect(await named('bidirectional ave', (path) => path)).toEqual(rows);
  });

  it.each(['gru/gru_cell_12/', 'gru/', 'sequential/gru/gru/gru_cell/'])('of a cell may be %s', async (before) => {
    const old = 'sequential/gru/gru_cell/';
    const found = await named('gru', (path) => `${path.replace(old, before)}:0`);
    expect(found[0]).toBe(`gru ${before}kernel:0`);
  });

  it.each([
    ['gru', 'sequential/gru/inner/'],
    ['gru', 'gru_cell/'],
    ['groups', 'sequential/conv2d_1/own_cell/'],
  ])('of %s may not be %s', async (name, before) => {
    const moved = named(name, (path) => before + path.split('/').at(-1)!);
    await expect(moved).rejects.toThrow(/^FA203 .* has no weight "kernel"/);
  });
});
