import type { Estimator } from './estimator.js';

/** Î₂: negative second derivatives of the log-likelihood, I − S·r. Soen and Sun (2024), equation 4; variance SᵀI(h)S. */
export const hessian: Estimator = {
  symbol: 'Î₂',
  derivative: 'second',
  variance: (conditional, s) => conditional.variance(s),
  deviation: (projection) => -projection,
  bounds: ({ informationMin, informationMax }, squaredNorm) => [
    squaredNorm * informationMin,
    squaredNorm * informationMax,
  ],
};
