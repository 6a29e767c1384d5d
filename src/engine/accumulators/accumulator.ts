import type { Values } from '../../kernels/kernels.js';
import type { Moments, QuadraticColumns, QuarticColumns } from '../moments.js';

/** Sums over inputs for the audited parameters of one weight tensor, in float64 except for large block products. */
export interface Accumulator<Result = Sums> {
  /**
   * Adds some units of one batch, from `firstUnit` on. `factors` are a [inputs, n] of all n units (or of the other side
   * of an outer product), row-major; null: 1.
   */
  add(moments: Moments, factors: Values | null, firstUnit: number): void;
  /** The result, after the last batch. */
  finish(): Result;
}

/** Means over the inputs, summed over a weight's audited parameters. Index i runs over these parameters. */
export interface Sums {
  readonly audited: number;
  /** Σᵢ mean of the column. */
  readonly quadratic: QuadraticColumns<number>;
  readonly quartic: QuarticColumns<number>;
  /** Σᵢ mean I². */
  readonly secondMoment: number;
  /** Σᵢ (mean of the column)². */
  readonly squares: QuadraticColumns<number>;
  /** Σᵢ mean I · mean of the empirical column; 0 where there is none. */
  readonly product: number;
  /** Means over the inputs, one for each parameter, where the parameters are a sample; null where they are all. */
  readonly means: QuadraticColumns<Float64Array> | null;
  readonly quarticMeans: QuarticColumns<Float64Array> | null;
}

/** Σ left·right over two lists of equal length. */
export const innerProduct = (left: Float64Array, right: Float64Array): number =>
  left.reduce((sum, x, k) => sum + x * right[k]!, 0);

/** The sum of all numbers. */
export const total = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0);

/** The sum of the squares of all numbers. */
export const sumOfSquares = (values: Float64Array): number => values.reduce((sum, x) => sum + x * x, 0);
