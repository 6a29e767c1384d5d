import { type ComparedAudit, refuseIncomparable } from '../findings/compare/incomparable.js';
import { policyOfOptions } from '../findings/policy/option-policy.js';
import { type Policy, combined, idleGlobs } from '../findings/policy/policy.js';
import type { Warning } from '../report/sentences/warnings.js';
import type { Baseline } from '../results/baseline.js';
import { readBaseline } from './saved-results.js';

/** What an audit is judged by. */
export interface Criteria {
  readonly policy: Policy;
  readonly baseline: { readonly path: string; readonly figures: Baseline } | null;
}

/** Only the checks that options ask for. */
export const noCriteria: Criteria = { policy: new Map(), baseline: null };

/** A policy, and the baseline at `path`. @throws AuditError FA404 */
export const loadCriteria = async (policy: Policy, path: string | null): Promise<Criteria> => ({
  policy,
  baseline: path === null ? null : { path, figures: await readBaseline(path) },
});

/** The criteria together with the checks that options ask for. */
export const criteriaOf = (
  { policy, baseline }: Criteria,
  options: Parameters<typeof policyOfOptions>[0],
  model: string,
): Criteria => ({ policy: combined(policy, policyOfOptions(options, model)), baseline });

/** Warnings for criteria without effect: the audit checks less than it seems to. */
export function unusedCriteria(
  { policy, baseline }: Criteria,
  layers: readonly { readonly name: string }[],
): Warning[] {
  const idle = idleGlobs(
    policy,
    layers.map(({ name }) => name),
  );
  return [
    ...idle.map((glob): Warning => ({ kind: 'unused-glob', glob })),
    ...(baseline && !policy.has('maxIncrease') ? [{ kind: 'unused-baseline', path: baseline.path } as const] : []),
  ];
}

/** @throws AuditError FA405 where the baseline is of other data, another likelihood or another version */
export function refuseOtherBaseline(baseline: Criteria['baseline'], audit: ComparedAudit): void {
  if (baseline) refuseIncomparable(baseline.path, baseline.figures, audit);
}
