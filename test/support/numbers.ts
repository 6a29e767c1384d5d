export const EPSILON_32 = 2 ** -23;
export const EPSILON_64 = 2 ** -52;

/** The largest absolute value; NaN if any number is. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < values.length; k++) {
    const size = Math.abs(values[k]!);
    if (!(size <= most)) most = size;
  }
  return most;
}

/** The largest absolute difference; Infinity where one has more numbers than the other. */
export function distance(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return Infinity;
  return largest(Float64Array.from(left, (x, k) => x - right[k]!));
}

export interface Sample {
  readonly mean: number;
  /** Unbiased. */
  readonly variance: number;
  /** Standard errors of the mean and of the variance, from the sample's own second and fourth moment. */
  readonly meanError: number;
  readonly varianceError: number;
}

export function describeSample(values: ArrayLike<number>): Sample {
  const n = values.length;
  const mean = Array.from(values).reduce((sum, x) => sum + x, 0) / n;
  const moment = (power: number): number => Array.from(values).reduce((sum, x) => sum + (x - mean) ** power, 0) / n;
  const variance = (moment(2) * n) / (n - 1);
  return {
    mean,
    variance,
    meanError: Math.sqrt(variance / n),
    varianceError: Math.sqrt(Math.max(moment(4) - moment(2) ** 2, 0) / n),
  };
}

export const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, x) => total + x, 0);
