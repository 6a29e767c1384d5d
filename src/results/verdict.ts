import type { Check } from './report.js';

/** One outcome for many checks. */
export interface VerdictOf<OwnCheck> {
  readonly passed: boolean;
  readonly outcome: 'pass' | 'fail' | 'inconclusive' | 'incomplete';
  readonly checks: readonly OwnCheck[];
}

/** The outcome of checks: `fail` where one failed, else `inconclusive` where one did not pass. */
export function verdictOf<OwnCheck extends Pick<Check, 'outcome'>>(checks: readonly OwnCheck[]): VerdictOf<OwnCheck> {
  const failed = checks.some(({ outcome }) => outcome === 'fail');
  const passed = checks.every(({ outcome }) => outcome === 'pass');
  return { passed, outcome: failed ? 'fail' : passed ? 'pass' : 'inconclusive', checks };
}
