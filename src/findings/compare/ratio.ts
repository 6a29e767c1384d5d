import { simultaneousWidth } from '../../statistics/simultaneous.js';
import type { BaselineLayer } from '../../results/baseline.js';

/** The ratio head / base of a figure, with its interval; upper null: too little was sampled for an upper end. */
export interface Ratio {
  readonly value: number;
  readonly lower: number;
  readonly upper: number | null;
}

/** The sampling error of the ratio of two figures. */
export interface RatioSampling {
  /** Relative standard error; null where too little was sampled to tell. */
  readonly relativeError: number | null;
  /** Degrees of freedom of the standard error. */
  readonly freedom: number;
}

/** The sampling error of a ratio of figures from two independently chosen subsets. */
export function ratioSampling(base: BaselineLayer, head: BaselineLayer): RatioSampling {
  const freedom = ({ audited, parameters, samplingFreedom }: BaselineLayer): number =>
    audited < parameters ? (samplingFreedom ?? 0) : Infinity;
  return {
    relativeError:
      base.samplingError === null || head.samplingError === null
        ? null
        : Math.hypot(base.samplingError, head.samplingError),
    freedom: Math.min(freedom(base), freedom(head)),
  };
}

/** The ratio with its interval, one of `count` intervals that hold at once. */
export function ratioOf(before: number, after: number, sampling: RatioSampling, count: number): Ratio {
  const value = after / before;
  if (sampling.relativeError === 0) return { value, lower: value, upper: value };
  const width = simultaneousWidth(count, sampling.freedom) * (sampling.relativeError ?? Infinity);
  if (!Number.isFinite(width)) return { value, lower: 0, upper: null };
  // Symmetric in the logarithm, so that a ratio and its inverse are judged alike.
  return { value, lower: value * Math.exp(-width), upper: value * Math.exp(width) };
}

export type Move = 'up' | 'down' | 'steady' | 'unknown';

/** Whether a ratio is certainly above a factor, certainly below its inverse, certainly between them, or unknown. */
export function moved({ lower, upper }: Ratio, factor: number): Move {
  if (lower > factor) return 'up';
  if (upper !== null && upper < 1 / factor) return 'down';
  return upper !== null && upper <= factor && lower >= 1 / factor ? 'steady' : 'unknown';
}
