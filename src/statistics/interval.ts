import { simultaneousWidth } from './simultaneous.js';

/** The sampling error of a positive figure. */
export interface SamplingError {
  /** Relative standard error; 0 where nothing was sampled, null where the sample is too small to know it. */
  readonly relativeError: number | null;
  /** Degrees of freedom of the standard error; Infinity where it is exact. */
  readonly freedom: number;
}

export interface Interval {
  readonly lower: number;
  /** Infinity: no upper limit is known. */
  readonly upper: number;
}

/** An interval as JSON can store it, which has no Infinity: null where no upper limit is known. */
export const storedInterval = ({ lower, upper }: Interval): { lower: number; upper: number | null } => ({
  lower,
  upper: Number.isFinite(upper) ? upper : null,
});

/**
 * Degrees of freedom of a standard error from `audited` of `total` parameters. `freedom` are those of the subset; null
 * where the subset is too small to know them, which counts as 0.
 */
export const freedomOf = (audited: number, total: number, freedom: number | null): number =>
  audited < total ? (freedom ?? 0) : Infinity;

/**
 * Half the width of the interval of a figure's logarithm, as one of `count` intervals that hold at once: 0 where nothing
 * was sampled, Infinity where the sample is too small.
 */
export const logarithmicWidth = ({ relativeError, freedom }: SamplingError, count: number): number =>
  relativeError === 0 ? 0 : simultaneousWidth(count, freedom) * (relativeError ?? Infinity);

/**
 * The interval of a figure with this half width in the logarithm. It is symmetric there because sums over parameters are
 * positive and skewed, so that a subset is below the whole more often than above it; a ratio and its inverse are treated
 * alike.
 */
export const logSymmetricInterval = (value: number, width: number): Interval =>
  Number.isFinite(width)
    ? { lower: value * Math.exp(-width), upper: value * Math.exp(width) }
    : { lower: 0, upper: Infinity };
