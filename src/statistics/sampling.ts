/**
 * Relative standard error of (Σ u)^a·(Σ v)^b when the sums are taken over a simple random sample of n out of N
 * parameters (first-order propagation; Cochran 1977, "Sampling techniques", sections 2.6 and 6.4).
 * `terms` are the sampled values and the power of their sum. 0 when all N were taken.
 */
export function relativeSamplingError(
  terms: readonly { readonly values: Float64Array; readonly power: number }[],
  population: number,
): number {
  const n = terms[0]?.values.length ?? 0;
  if (n >= population || n === 0) return 0;
  if (n === 1) return Infinity;
  const means = terms.map(({ values }) => values.reduce((sum, x) => sum + x, 0) / n);
  if (means.some((mean) => mean === 0)) return 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const influence = terms.reduce((sum, { values, power }, k) => sum + power * (values[i]! / means[k]! - 1), 0);
    squares += influence * influence;
  }
  return Math.sqrt((squares / (n - 1) / n) * (1 - n / population));
}

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

/** A standard error and its degrees of freedom. */
export interface Spread {
  readonly error: number;
  readonly freedom: number;
}

/**
 * Standard error of a sum of independent parts, with degrees of freedom after Welch (1947) and Satterthwaite (1946).
 * Infinite, with 0 degrees of freedom, if that of some part is unknown.
 */
export function combinedSpread(parts: readonly Spread[]): Spread {
  const error = Math.hypot(...parts.map((part) => part.error));
  if (!Number.isFinite(error)) return { error: Infinity, freedom: 0 };
  const sum = parts.reduce((all, part) => all + (part.error === 0 ? 0 : part.error ** 4 / part.freedom), 0);
  return { error, freedom: sum === 0 ? Infinity : error ** 4 / sum };
}
