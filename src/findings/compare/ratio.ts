import type { BaselineLayer } from '../../results/baseline.js';
import {
  type SamplingError,
  freedomOf,
  logSymmetricInterval,
  logarithmicWidth,
  storedInterval,
} from '../../statistics/interval.js';

/** The ratio head / base of a figure, with its interval; upper null: too little was sampled for an upper end. */
export interface Ratio {
  readonly value: number;
  readonly lower: number;
  readonly upper: number | null;
}

/** The sampling error of a ratio of figures from two independently chosen subsets. */
export function ratioSampling(base: BaselineLayer, head: BaselineLayer): SamplingError {
  const freedom = ({ audited, parameters, samplingFreedom }: BaselineLayer): number =>
    freedomOf(audited, parameters, samplingFreedom);
  return {
    relativeError:
      base.samplingError === null || head.samplingError === null
        ? null
        : Math.hypot(base.samplingError, head.samplingError),
    freedom: Math.min(freedom(base), freedom(head)),
    tail: base.samplingTail === null || head.samplingTail === null ? null : base.samplingTail + head.samplingTail,
  };
}

/** The ratio with its interval, one of `count` intervals that hold at once. */
export function ratioOf(before: number, after: number, sampling: SamplingError, count: number): Ratio {
  const value = after / before;
  return { value, ...storedInterval(logSymmetricInterval(value, logarithmicWidth(sampling, count))) };
}

export type Move = 'up' | 'down' | 'steady' | 'unknown';

/** Whether a ratio is certainly above a factor, certainly below its inverse, certainly between them, or unknown. */
export function moved({ lower, upper }: Ratio, factor: number): Move {
  if (lower > factor) return 'up';
  if (upper !== null && upper < 1 / factor) return 'down';
  return upper !== null && upper <= factor && lower >= 1 / factor ? 'steady' : 'unknown';
}
