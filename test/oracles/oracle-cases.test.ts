import { describe, expect, it } from 'vitest';
import { audit } from '../../src/index.js';
import { fixtureJson, fixturesWith, oracleFamily, oracleFolder } from '../support/models/oracles.js';

/** Exact values from float64 brute force over all labels; see fixtures/README.md. */
interface Expected {
  weights: Record<
    string,
    {
      count: number;
      fisherTrace: number;
      fisherSumSquares: number;
      labelVariance1: number;
      labelVariance2: number;
      inputVariance: number;
    }
  >;
}

const cases = fixturesWith('expected.json').map((name) => name.replace('oracle/', ''));

const precisions = [
  { precision: 'float32', tolerance: 1e-4 },
  { precision: 'float64', tolerance: 1e-9 },
] as const;

for (const { precision, tolerance } of precisions) {
  describe(`oracle cases in ${precision}, to ${tolerance}`, () => {
    it.each(cases)('%s', async (name) => {
      const expected = fixtureJson(`oracle/${name}`, 'expected.json') as Expected;
      const likelihood = oracleFamily(name);
      const report = await audit({ model: oracleFolder(name), likelihood, kinks: 'almost-everywhere', precision });
      const weights = report.layers.flatMap((layer) => layer.weights);
      expect(weights.map((weight) => weight.name)).toEqual(Object.keys(expected.weights));
      for (const weight of weights) {
        const truth = expected.weights[weight.name]!;
        // What is zero in the mathematics (S of linear weights) is rounding error in the oracle: 1e-13 of V₁ or so.
        const rounding = 1e-12 * truth.labelVariance1;
        const close = (value: number, wanted: number): void =>
          expect(Math.abs(value - wanted), weight.name).toBeLessThanOrEqual(tolerance * Math.abs(wanted) + rounding);
        close(weight.fisher.trace, truth.fisherTrace);
        close(weight.fisher.norm ** 2, truth.fisherSumSquares);
        close((weight.variance.gradient ?? NaN) * truth.count, truth.labelVariance1);
        close((weight.variance.hessian ?? NaN) * truth.count, truth.labelVariance2);
        close(weight.fisher.inputVariance * truth.count, truth.inputVariance);
      }
    });
  });
}
