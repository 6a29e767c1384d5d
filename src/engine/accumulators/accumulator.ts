import type { Values } from '../../kernels/kernels.js';
import type { Moments } from '../moments.js';

/** Sums over inputs for the audited parameters of one weight tensor; float64 throughout but for large block products. */
export interface Accumulator<Result = Sums> {
  /**
   * Some units of one batch, from `firstUnit` on. `factors` are a [inputs, n] of all n units (or of the other side of an
   * outer product), row-major; null: 1.
   */
  add(moments: Moments, factors: Values | null, firstUnit: number): void;
  /** After the last batch. */
  finish(): Result;
}

/** Sums over a weight's audited parameters of means over the inputs, by column. */
export interface Sums {
  readonly audited: number;
  readonly quadratic: readonly number[];
  readonly quartic: readonly number[];
  /** Σᵢ mean I². */
  readonly secondMoment: number;
  /** Σᵢ (mean of the column)², for each quadratic column. */
  readonly squares: readonly number[];
  /** Σᵢ mean I · mean of the empirical column; 0 where there is none. */
  readonly product: number;
  /** Means over the inputs, [column][parameter], where the parameters are a sample; null where they are all. */
  readonly means: readonly Float64Array[] | null;
  /** Likewise for the quartic columns. */
  readonly quarticMeans: readonly Float64Array[] | null;
}

/** Σ left·right over two lists of equal length. */
export const innerProduct = (left: Float64Array, right: Float64Array): number =>
  left.reduce((sum, x, k) => sum + x * right[k]!, 0);

/** The sum of all numbers. */
export const total = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0);

/** The sum of the squares of all numbers. */
export const sumOfSquares = (values: Float64Array): number => values.reduce((sum, x) => sum + x * x, 0);
