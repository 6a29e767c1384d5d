import { bernoulli } from './bernoulli.js';
import { categorical } from './categorical.js';
import type { Family } from './families.js';
import { gaussian } from './gaussian.js';
import type { Likelihood } from './likelihood.js';
import { poisson } from './poisson.js';

/** Every family of label distributions. */
export const likelihoods = { categorical, bernoulli, gaussian, poisson } as const satisfies Record<Family, Likelihood>;
