import { FAMILY_ERROR, simultaneousWidth } from './simultaneous.js';

/** The sampling error of a positive figure. */
export interface SamplingError {
  /** Relative standard error; 0 where nothing was sampled, null where the sample is too small to know it. */
  readonly relativeError: number | null;
  /** Degrees of freedom of the standard error; Infinity where it is exact. */
  readonly freedom: number;
  /** What the interval of the logarithm needs beyond the standard error, for skewness; null where it is not known. */
  readonly tail: number | null;
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
 * Degrees of freedom of a standard error from `audited` of `total` parameters. Null stands for 0 where a subset was
 * audited, which is then too small to know them, and otherwise for infinitely many.
 */
export const freedomOf = (audited: number, total: number, freedom: number | null): number =>
  freedom ?? (audited < total ? 0 : Infinity);

/**
 * With fewer degrees of freedom, the sums over the parameters of trained networks are so skewed that intervals miss too
 * often, whatever is allowed for their tails (test/oracles/interval-coverage).
 */
const LEAST_FREEDOM = 16;

/**
 * Half the width of the interval of a figure's logarithm, as one of `count` intervals that hold at once: 0 where nothing
 * was sampled, Infinity where the sample is too small.
 */
export const logarithmicWidth = ({ relativeError, freedom, tail }: SamplingError, count: number): number =>
  relativeError === 0
    ? 0
    : relativeError === null || tail === null || freedom < LEAST_FREEDOM
      ? Infinity
      : simultaneousWidth(count, freedom) * relativeError + tail * tailFactor(count);

/** How the tail of one of `count` intervals grows, since each may miss with a smaller probability. */
const tailFactor = (count: number): number => 1 + Math.log(Math.max(1, count)) / Math.log(2 / FAMILY_ERROR);

/**
 * The interval of a figure with this half width in the logarithm. It is symmetric there because sums over parameters are
 * positive and skewed, so that a subset is below the whole more often than above it; a ratio and its inverse are treated
 * alike.
 */
export const logSymmetricInterval = (value: number, width: number): Interval =>
  Number.isFinite(width)
    ? { lower: value * Math.exp(-width), upper: value * Math.exp(width) }
    : { lower: 0, upper: Infinity };
