import type { Check, Verdict } from './report.js';

/** One outcome for many checks: what failed counts before what could not be decided. */
export function verdictOf(checks: readonly Check[]): Verdict {
  const failures = checks.filter(({ outcome }) => outcome !== 'pass');
  const failed = failures.some(({ outcome }) => outcome === 'fail');
  const outcome = failed ? 'fail' : failures.length > 0 ? 'inconclusive' : 'pass';
  return { passed: outcome === 'pass', outcome, checks: [...checks], failures };
}
