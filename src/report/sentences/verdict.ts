import type { AuditVerdict } from '../../findings/policy/judge.js';
import type { Report } from '../../results/report.js';
import type { Check, Verdict, VerdictOf } from '../../results/verdict.js';
import { checkText } from './checks.js';

/** The verdict of an audit with the sentences of its checks. */
export const wordedAuditVerdict = (verdict: AuditVerdict): Report['verdict'] => ({
  ...wordedVerdict(verdict, checkText),
  uncovered: [...verdict.uncovered],
});

/** The verdict with the sentences of its checks. */
export function wordedVerdict<OwnCheck extends Omit<Check, 'text'>>(
  { passed, outcome, checks }: VerdictOf<OwnCheck>,
  textOf: (check: OwnCheck) => string,
): Verdict {
  const worded = checks.map((check): Check => ({
    rule: check.rule,
    layer: check.layer,
    outcome: check.outcome,
    text: textOf(check),
    value: check.value,
    interval: check.interval,
    limit: check.limit,
    source: check.source,
  }));
  return { passed, outcome, checks: worded, failures: worded.filter((check) => check.outcome !== 'pass') };
}
