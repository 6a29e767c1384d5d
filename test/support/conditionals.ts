import type { Family } from '../../src/likelihoods/families.js';
import { likelihoods } from '../../src/likelihoods/index.js';
import type { Conditional, Likelihood } from '../../src/likelihoods/likelihood.js';
import type { LabelCase } from './labels.js';
import { Random } from './random.js';

/* The distributions of src/likelihoods for the cases of labels.ts, and derivatives to test them on. */

export const families = Object.keys(likelihoods) as Family[];
export const lookUp = (family: Family): Likelihood => likelihoods[family];

export const conditionalOf = (one: LabelCase): Conditional =>
  lookUp(one.family).at(Float64Array.from(one.h), { blockSize: one.size, noise: one.noise });

export function centred(conditional: Conditional, j: Float64Array): Float64Array {
  const own = j.slice();
  conditional.centre(own);
  return own;
}

/** Random derivatives j ∈ R^O. */
export const vectors = (one: LabelCase, count = 5): Float64Array[] => {
  const random = new Random(one.title);
  return Array.from({ length: count }, () => Float64Array.from(random.values([one.h.length])));
};

/** The unit vectors of R^O. */
export const units = ({ h }: LabelCase): Float64Array[] =>
  h.map((_, k) => Float64Array.from(h, (_unused, i) => Number(i === k)));
