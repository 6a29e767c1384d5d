import type { BaselineLayer } from '../../results/baseline.js';
import { type SamplingError, freedomOf, logSymmetricInterval, logarithmicWidth } from '../../statistics/interval.js';

/** The ratio of a figure to what it was, and where it lies; upper null: no limit is known. */
export interface Ratio {
  readonly value: number;
  readonly lower: number;
  readonly upper: number | null;
}

/** Both carry their sampling error, as of two subsets that were chosen without regard to one another. */
export function ratioSampling(base: BaselineLayer, head: BaselineLayer): SamplingError {
  const freedom = ({ audited, parameters, samplingFreedom }: BaselineLayer): number =>
    freedomOf(audited, parameters, samplingFreedom);
  return {
    relativeError:
      base.samplingError === null || head.samplingError === null
        ? null
        : Math.hypot(base.samplingError, head.samplingError),
    freedom: Math.min(freedom(base), freedom(head)),
  };
}

/** The ratio with its interval, one of `count` that are to hold at once. */
export function ratioOf(before: number, after: number, sampling: SamplingError, count: number): Ratio {
  const value = after / before;
  const { lower, upper } = logSymmetricInterval(value, logarithmicWidth(sampling, count));
  return { value, lower, upper: Number.isFinite(upper) ? upper : null };
}

export type Move = 'up' | 'down' | 'steady' | 'unknown';

/** Whether a ratio is beyond a factor, to either side. */
export function moved({ lower, upper }: Ratio, factor: number): Move {
  if (lower > factor) return 'up';
  if (upper !== null && upper < 1 / factor) return 'down';
  return upper !== null && upper <= factor && lower >= 1 / factor ? 'steady' : 'unknown';
}
