import { IndependentConditional, type ScalarLabel, independentBlocks } from './independent.js';
import type { Likelihood } from './likelihood.js';

function labelAt(h: number): ScalarLabel {
  const tail = Math.exp(-Math.abs(h));
  const p = (h >= 0 ? 1 : tail) / (1 + tail);
  const variance = tail / (1 + tail) ** 2;
  return { mean: p, variance, fourthCumulant: variance * (1 - 6 * variance) };
}

export const bernoulli: Likelihood = {
  ...independentBlocks,
  heads: ['sigmoid'],
  acceptsAnyHead: false,
  countable: true,
  labels: { describe: () => 'the labels 0 and 1', includes: (y) => y === 0 || y === 1, oneHot: false },
  at: (h) =>
    new IndependentConditional(
      Array.from(h, labelAt),
      (label, block, random) => Number(random.uniforms(block, 0)[0] < label.mean) - label.mean,
    ),
};
