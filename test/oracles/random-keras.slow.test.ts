import { describe, expect, it } from 'vitest';
import { type Report, audit } from '../../src/index.js';
import { activations } from '../../src/layers/activation/activations.js';
import { layers } from '../../src/layers/index.js';
import { temporaryFolder } from '../support/files/data-files.js';
import { type RandomCase, randomCase, randomCases, randomFiles } from '../support/models/random-keras.js';

/*
 * Random models that Keras 3 saved against figures that Keras on JAX computed in float64. RANDOM_KERAS=folder checks the
 * models of another folder: fixtures/README.md.
 */

type Weight = Report['layers'][number]['weights'][number];

const precisions = [
  { precision: 'float32', tolerance: 1e-4 },
  { precision: 'float64', tolerance: 1e-9 },
] as const;

const { folder } = temporaryFolder();

/** Names differ in what is in front: the model, and wrappers that Keras forgets. */
const sameName = (left: string, right: string): boolean =>
  `/${left}`.endsWith(`/${right}`) || `/${right}`.endsWith(`/${left}`);

type Pair = readonly [path: string, found: Weight];

/** The weight of each path. Those that have another name in the file of a wrapper come in the order of the model. */
function pairs(paths: readonly string[], found: readonly Weight[]): Pair[] {
  const byName = paths.flatMap((path): Pair[] => {
    const same = found.filter(({ name }) => sameName(name, path));
    const [weight] = same.filter(({ name }) => same.length === 1 || name === path);
    return weight ? [[path, weight]] : [];
  });
  const [known, taken] = [new Set(byName.map(([path]) => path)), new Set(byName.map(([, weight]) => weight))];
  const others = found.filter((weight) => !taken.has(weight));
  return [...byName, ...paths.filter((path) => !known.has(path)).map((path, k): Pair => [path, others[k]!])];
}

/** Where inputs hardly differ, the variance over them is a difference: relative to the square of the information. */
const OF_SQUARES = 0.1;

/** What differs from the truth by more than the tolerance, in words. */
function differences({ weights: truths }: RandomCase, found: readonly Weight[], tolerance: number): string[] {
  return pairs(Object.keys(truths), found).flatMap(([path, weight]) => {
    const truth = truths[path]!;
    const values = {
      information: [weight.fisher.trace, truth.fisherTrace],
      'sum of squares': [weight.fisher.norm ** 2, truth.fisherSumSquares],
      'variance of gradients': [(weight.variance.gradient ?? NaN) * truth.count, truth.labelVariance1],
      'variance of Hessians': [(weight.variance.hessian ?? NaN) * truth.count, truth.labelVariance2],
      'variance over inputs': [weight.fisher.inputVariance * truth.count, truth.inputVariance],
    };
    return Object.entries(values).flatMap(([name, [value = NaN, wanted = NaN]]) => {
      const scale = Math.abs(wanted) + (name === 'variance over inputs' ? OF_SQUARES * truth.fisherSumSquares : 0);
      // What is zero in the mathematics is rounding error in the oracle.
      const isClose = Math.abs(value - wanted) <= tolerance * scale + 1e-12 * truth.labelVariance1;
      return isClose ? [] : [`${path}: ${name} ${value}, not ${wanted}`];
    });
  });
}

describe.each(precisions)('in $precision, to $tolerance', ({ precision, tolerance }) => {
  it.each(randomCases)('%s', async (name) => {
    const own = randomCase(name);
    const report = await audit({
      ...randomFiles(name, folder),
      likelihood: own.family,
      kinks: 'almost-everywhere',
      parameters: 'all',
      precision,
    });
    const weights = report.layers.flatMap((layer) => layer.weights);
    expect(weights).toHaveLength(Object.keys(own.weights).length);
    expect(differences(own, weights, tolerance)).toEqual([]);
  });
});

describe('the cases contain', () => {
  const used = (key: 'layers' | 'activations'): Set<string> =>
    new Set(randomCases.flatMap((name) => randomCase(name)[key]));

  it('every layer that Keras 3 has', () => {
    const known = used('layers');
    const missing = Object.keys(layers).filter((name) => !known.has(name));
    expect(missing).toEqual(['ThresholdedReLU']);
  });

  it('every activation that Keras 3 has', () => {
    const known = used('activations');
    const missing = Object.keys(activations).filter((name) => !known.has(name));
    // Keras 3 saves silu for swish, and has no gelu_new.
    expect(missing).toEqual(['swish', 'gelu_new']);
  });
});
