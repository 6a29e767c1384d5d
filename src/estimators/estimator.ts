import type { Conditional } from '../likelihoods/likelihood.js';
import type { Spectrum } from './spectrum.js';

/** A random estimator of the diagonal Fisher information Iᵢ(x) of one parameter at one input. */
export interface Estimator {
  readonly symbol: string;
  /** The derivative that it uses: J ∈ R^O (first), or S ∈ R^O (second). */
  readonly derivative: 'first' | 'second';
  /** Exact variance of one draw, from the centred derivative and Iᵢ(x). */
  variance(conditional: Conditional, derivative: Float64Array, information: number): number;
  /** Value at one draw, minus Iᵢ(x), from the projection of the derivative onto the draw's residual. */
  deviation(projection: number, information: number): number;
  /** Lower and upper bound of the variance from the squared norm of the derivative. */
  bounds(spectrum: Spectrum, squaredNorm: number): readonly [number, number];
}
