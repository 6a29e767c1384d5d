import type { Estimator } from './estimator.js';

/** Î₁: squared scores, (J·r)². Soen and Sun (2024), equation 3; variance κ₄(J·r) + 2I². */
export const gradient: Estimator = {
  symbol: 'Î₁',
  derivative: 'first',
  variance: (conditional, j, information) => Math.max(conditional.fourthCumulant(j) + 2 * information ** 2, 0),
  deviation: (projection, information) => projection ** 2 - information,
  bounds: ({ covarianceMin, covarianceMax }, squaredNorm) => [
    squaredNorm ** 2 * covarianceMin,
    squaredNorm ** 2 * covarianceMax,
  ],
};
