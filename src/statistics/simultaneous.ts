import { studentQuantile } from './student.js';

/**
 * Chance that any of the intervals of one run misses its true value. Small, since a check runs on every commit: with a
 * thousand runs a year one of them may be judged wrongly for the luck of sampling.
 */
const FAMILY_ERROR = 1e-3;

/** Fewer degrees of freedom leave nothing that could be called an interval. */
const LEAST_FREEDOM = 4;

/**
 * Half the width of each of `count` two-sided intervals, in standard errors, so that all of them hold at once with
 * probability 1 − `familyError` (Bonferroni). Standard errors that are known with `freedom` degrees count with Student's
 * t. Infinity where these are too few to tell.
 */
export function simultaneousWidth(count: number, freedom = Infinity, familyError = FAMILY_ERROR): number {
  if (!(freedom >= LEAST_FREEDOM)) return Infinity;
  return studentQuantile(familyError / (2 * Math.max(1, count)), freedom);
}
