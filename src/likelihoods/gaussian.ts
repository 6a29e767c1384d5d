import { IndependentConditional, independentBlocks } from './independent.js';
import type { Likelihood } from './likelihood.js';

/** Box and Muller (1958). */
export const normal = ([u, v]: readonly [number, number]): number =>
  Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);

export const gaussian: Likelihood = {
  ...independentBlocks,
  description: 'real labels with known standard deviation (--noise), h are their means',
  heads: [],
  acceptsAnyHead: true,
  countable: false,
  at: (h, { noise }) =>
    new IndependentConditional(
      Array.from(h, (mean) => ({ mean, scale: noise ** -2, variance: noise ** -2, fourthCumulant: 0 })),
      (label, block, random) => label.mean + noise * normal(random.uniforms(block, 0)),
    ),
};
