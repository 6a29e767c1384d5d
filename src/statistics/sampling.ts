import { FAMILY_ERROR } from './simultaneous.js';

/** What the choice of a random subset does to the logarithm of a figure. */
export interface SubsetError {
  /** Standard error. */
  readonly error: number;
  /** How far the parameters that are not in the subset may move the figure beyond what its spread shows. */
  readonly tail: number;
}

/** Sums over the sampled parameters whose powers a figure is a product of. */
export interface PowerTerm {
  readonly values: Float64Array;
  readonly power: number;
}

/**
 * The error of (Σ u)^a·(Σ v)^b when the sums are taken over a simple random sample of n out of N parameters (first-order
 * propagation; Cochran 1977, "Sampling techniques", sections 2.6 and 6.4). 0 when all N were taken.
 */
export function powerError(terms: readonly PowerTerm[], population: number): SubsetError {
  const n = terms[0]?.values.length ?? 0;
  if (n === 0) return { error: 0, tail: 0 };
  const means = terms.map(({ values }) => values.reduce((sum, x) => sum + x, 0) / n);
  if (means.some((mean) => mean === 0)) return { error: 0, tail: 0 };
  const influence = Float64Array.from({ length: n }, (_, i) =>
    terms.reduce((sum, { values, power }, k) => sum + power * (values[i]! / means[k]! - 1), 0),
  );
  return subsetError(influence, population);
}

/**
 * The error of a figure from the influence of each sampled parameter on its logarithm: N times what the parameter adds,
 * less the mean over the sample.
 */
export function subsetError(influence: Float64Array, population: number): SubsetError {
  const n = influence.length;
  if (n >= population) return { error: 0, tail: 0 };
  if (n < 2) return { error: Infinity, tail: Infinity };
  const squares = influence.reduce((sum, x) => sum + x * x, 0);
  const largest = influence.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return {
    error: Math.sqrt((squares / (n - 1) / n) * (1 - n / population)),
    tail: Math.log1p((mostBeyond(n, population) / population) * largest),
  };
}

/**
 * The number of parameters that may have more influence than every sampled one. It is exceeded with probability α, half of
 * that by which an interval may miss: if k had more, all of them would be missing in the sample with probability
 * (1 − n/N)^k or less. The sum over parameters is skewed, so a few that are missing matter more than the spread shows.
 */
const mostBeyond = (n: number, population: number): number =>
  Math.min(Math.log(FAMILY_ERROR / 2) / Math.log1p(-n / population), population - n);

/**
 * Effective number of non-negative values, (Σ u)² / Σ u² (Kish 1965, "Survey sampling", section 8.2): as many equal
 * values have a sum with the same relative error. Information is spread very unevenly over parameters, and a standard
 * error that depends on a few of them is as uncertain as one from that few values.
 */
export function effectiveCount(values: Float64Array): number {
  const sum = values.reduce((all, x) => all + Math.max(x, 0), 0);
  const squares = values.reduce((all, x) => all + Math.max(x, 0) ** 2, 0);
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** A standard error with its degrees of freedom. */
export interface Spread extends SubsetError {
  readonly freedom: number;
}

/**
 * Standard error of a sum of independent parts, with degrees of freedom after Welch (1947) and Satterthwaite (1946).
 * Infinite, with 0 degrees of freedom, if that of some part is unknown. Tails may all be there at once.
 */
export function combinedSpread(parts: readonly Spread[]): Spread {
  const error = Math.hypot(...parts.map((part) => part.error));
  if (!Number.isFinite(error)) return { error: Infinity, tail: Infinity, freedom: 0 };
  const tail = parts.reduce((all, part) => all + part.tail, 0);
  const sum = parts.reduce((all, part) => all + (part.error === 0 ? 0 : part.error ** 4 / part.freedom), 0);
  return { error, tail, freedom: sum === 0 ? Infinity : error ** 4 / sum };
}
