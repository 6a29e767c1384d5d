import { upperQuantile } from './normal.js';

/**
 * Chance that any of the intervals of one run misses its true value. Small, since a check runs on every commit: with a
 * thousand runs a year one of them may be judged wrongly for the luck of sampling.
 */
const FAMILY_ERROR = 1e-3;

/** Fewer degrees of freedom leave nothing that could be called an interval. */
const LEAST_FREEDOM = 4;

/**
 * Half the width of each of `count` two-sided intervals, in standard errors, so that all of them hold at once with
 * probability 1 − FAMILY_ERROR (Bonferroni). Standard errors from `freedom` + 1 values count with Student's t
 * (Abramowitz and Stegun 1964, 26.7.5). Infinity where they are too few to tell.
 */
export function simultaneousWidth(count: number, freedom = Infinity): number {
  const x = upperQuantile(FAMILY_ERROR / (2 * Math.max(1, count)));
  if (!Number.isFinite(freedom)) return x;
  if (freedom < LEAST_FREEDOM) return Infinity;
  const terms = [
    (x ** 3 + x) / 4,
    (5 * x ** 5 + 16 * x ** 3 + 3 * x) / 96,
    (3 * x ** 7 + 19 * x ** 5 + 17 * x ** 3 - 15 * x) / 384,
    (79 * x ** 9 + 776 * x ** 7 + 1482 * x ** 5 - 1920 * x ** 3 - 945 * x) / 92160,
  ];
  return terms.reduce((sum, term, k) => sum + term / freedom ** (k + 1), x);
}
