import { studentQuantile } from './student.js';

/**
 * Probability that any interval of one run misses its true value. It is small because a check may run on every commit:
 * of a thousand runs a year, sampling noise makes one fail or pass wrongly.
 */
export const FAMILY_ERROR = 1e-3;

/** With fewer degrees of freedom, intervals are too wide to be of use. */
const LEAST_FREEDOM = 4;

/**
 * Half the width of each of `count` two-sided intervals, in standard errors, so that all of them hold at once with
 * probability 1 − `familyError` (Bonferroni), from Student's t with `freedom` degrees of freedom. Infinity where these
 * are too few.
 */
export function simultaneousWidth(count: number, freedom = Infinity, familyError = FAMILY_ERROR): number {
  if (!(freedom >= LEAST_FREEDOM)) return Infinity;
  return studentQuantile(familyError / (2 * Math.max(1, count)), freedom);
}
