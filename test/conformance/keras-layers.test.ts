import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Shape, sizeOf } from '../../src/kernels/kernels.js';
import { LARGEST_STEP } from '../support/differences.js';
import { loaded, withWeights, writeSaved } from '../support/models.js';
import { checkWeights } from '../support/networks.js';
import { EPSILON_32, distance, largest } from '../support/numbers.js';
import { Experiment } from '../support/programs.js';
import { inFolder } from '../support/tfjs-models.js';

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
    const size = sizeOf(lowered.build.shape(program.inputs[0] as number));
    const rows = (inputs[0] as readonly number[]).length / size;
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
