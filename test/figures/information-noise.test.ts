import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noiseOfInputVariance, noiseOfMeanSquare, noiseOfSquaredMean } from '../../src/figures/information-noise.js';

const noises = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const counts = fc.integer({ min: 1, max: 1000 });

it('the noise of a variance is that of the mean square without that of the squared mean', () => {
  fc.assert(
    fc.property(noises, counts, (noise, inputs) => {
      const difference = noiseOfMeanSquare(noise) - noiseOfSquaredMean(noise, inputs);
      expect(Math.abs(noiseOfInputVariance(noise, inputs) - difference)).toBeLessThanOrEqual(
        4 * Number.EPSILON * noise,
      );
    }),
  );
});

it('errors of either sign with equal size make the statistics larger by the noise, on average', () => {
  const [information, size] = [[3, 1, 4], 0.5];
  const inputs = information.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  const signs = Array.from({ length: 2 ** inputs }, (_, mask) => information.map((_, k) => ((mask >> k) & 1 ? 1 : -1)));
  const estimates = signs.map((own) => information.map((x, k) => x + size * own[k]!));
  const square = (x: number): number => x * x;
  const [squaredMean, meanSquare] = [
    (own: readonly number[]) => square(mean(own)),
    (own: readonly number[]) => mean(own.map(square)),
  ];
  const excess = (of: (own: readonly number[]) => number): number => mean(estimates.map(of)) - of(information);
  expect(excess(squaredMean)).toBeCloseTo(noiseOfSquaredMean(size ** 2, inputs), 12);
  expect(excess(meanSquare)).toBeCloseTo(noiseOfMeanSquare(size ** 2), 12);
  expect(excess((own) => meanSquare(own) - squaredMean(own))).toBeCloseTo(noiseOfInputVariance(size ** 2, inputs), 12);
});
