import { IndependentConditional, independentBlocks } from './independent.js';
import type { Likelihood } from './likelihood.js';

/** Box and Muller (1958). */
export const normal = ([u, v]: readonly [number, number]): number =>
  Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);

export const gaussian: Likelihood = {
  ...independentBlocks,
  heads: [],
  acceptsAnyHead: true,
  countable: false,
  labels: { describe: () => 'finite numbers', includes: Number.isFinite, oneHot: false },
  at: (h, { noise }) =>
    new IndependentConditional(
      Array.from(h, (mean) => ({ mean, variance: noise ** -2, fourthCumulant: 0 })),
      (_, block, random) => normal(random.uniforms(block, 0)) / noise,
      noise ** -2,
    ),
};
