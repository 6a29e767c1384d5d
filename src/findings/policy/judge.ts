import { logSymmetricInterval, logarithmicWidth, storedInterval } from '../../statistics/interval.js';
import type { LayerReport, Report } from '../../results/report.js';
import { type Check, type UncoveredLayer, verdictOf, type VerdictOf } from '../../results/verdict.js';
import { rules, type FindingOf, type RuleName } from './index.js';
import { type Policy, type Setting, isActive, settingFor } from './policy.js';
import type { Decided, Finding, Measured, Subject } from './rule.js';

/** A check with its finding as data instead of a sentence. */
export type JudgedCheck = Omit<Check, 'text' | 'rule'> & {
  /** Half the width of the interval of the logarithm of the value; 0: exact, Infinity: unknown. */
  readonly width: number;
} & (
    | { [Name in RuleName]: { readonly rule: Name; readonly finding: FindingOf<Name> } }[RuleName]
    | { readonly rule: 'policy'; readonly finding: Decided & { readonly kind: 'idle' } }
    | { readonly rule: 'audited'; readonly finding: Decided & { readonly kind: 'skipped' } }
  );

/** A finding on its way to become a check. */
interface Found {
  readonly rule: RuleName;
  readonly layer: string | null;
  readonly setting: Setting;
  readonly finding: Finding;
}

/** The verdict of an audit, its checks without their sentences. */
export interface AuditVerdict extends VerdictOf<JudgedCheck> {
  readonly uncovered: readonly UncoveredLayer[];
}

/**
 * Checks a report against a policy. Values with a sampling error are judged by their interval, and all intervals hold at
 * once. What was not audited never passes: without a check such a run is incomplete, with one it is inconclusive.
 */
export function judge(subject: Subject, policy: Policy): AuditVerdict {
  const verdict = verdictOf(isActive(policy) ? checksOf(subject, policy) : []);
  const uncovered = uncoveredLayers(subject.report, verdict.checks);
  return verdict.passed && uncovered.length > 0
    ? { ...verdict, passed: false, outcome: 'incomplete', uncovered }
    : { ...verdict, uncovered };
}

function checksOf(subject: Subject, policy: Policy): JudgedCheck[] {
  const found = [...policy.keys()].flatMap((rule) => findingsOf(subject, policy, rule));
  const sampled = found.filter(({ finding }) => isMeasured(finding) && finding.relativeError !== 0).length;
  return [
    ...(found.length === 0 ? [idle(subject.report, policy)] : []),
    ...found.map((one) => checkOf(one, sampled)),
    ...gone(subject, policy),
    ...skippedChecks(subject.report, policy),
  ];
}

const isMeasured = (finding: Finding): finding is Measured => !('outcome' in finding);

/**
 * Layers that no check names and that are not known exactly: those that were sampled, then those that were skipped.
 * Checks of the whole report say nothing about single layers.
 */
function uncoveredLayers(
  { layers, notAudited }: Subject['report'],
  checks: readonly JudgedCheck[],
): readonly UncoveredLayer[] {
  const skipped = notAudited.filter(({ reason }) => reason === 'skipped');
  const all = [
    ...layers.flatMap(sampledLayer),
    ...skipped.map(({ name }): UncoveredLayer => ({ layer: name, reason: 'skipped' })),
  ];
  const checked = new Set(checks.map(({ layer }) => layer));
  return all.filter(({ layer }) => !checked.has(layer));
}

/** What makes the figures of a layer uncertain; empty where they are exact. */
function sampledLayer({ name, samplingError, parameters }: LayerReport): UncoveredLayer[] {
  // A subset of equal values has no standard error, but it is still a subset.
  if (parameters.audited < parameters.total) return [{ layer: name, reason: 'subset' }];
  return samplingError === 0 ? [] : [{ layer: name, reason: 'label-draws' }];
}

function findingsOf(subject: Subject, policy: Policy, name: RuleName): Found[] {
  const rule = rules[name];
  const of = (layer: LayerReport | null): Found[] => {
    const setting = settingFor(policy, name, layer?.name ?? null);
    if (setting === null) return [];
    const findings: Finding[] = rule.judge(subject, layer, setting.limit);
    return findings.map((finding) => ({ rule: name, layer: layer?.name ?? null, setting, finding }));
  };
  return rule.scope === 'layer' ? subject.report.layers.flatMap(of) : of(null);
}

function checkOf({ rule, layer, setting, finding }: Found, sampled: number): JudgedCheck {
  const judged = isMeasured(finding) ? measured(finding, sampled) : decided(finding);
  // `rule` and `finding` belong together: findingsOf took the finding from that rule.
  return { rule, layer, ...judged, source: setting.source, finding } as JudgedCheck;
}

type Judgement = Pick<JudgedCheck, 'outcome' | 'value' | 'interval' | 'limit' | 'width'>;

const decided = ({ outcome, value = null, limit = null }: Decided): Judgement => ({
  outcome,
  value,
  interval: null,
  limit,
  width: 0,
});

function measured({ value, limit, sense, ...sampling }: Measured, sampled: number): Judgement {
  const width = logarithmicWidth(sampling, sampled);
  const { lower, upper } = logSymmetricInterval(value, width);
  const within = sense === 'at most' ? upper <= limit : lower >= limit;
  const beyond = sense === 'at most' ? lower > limit : upper < limit;
  const outcome = within ? 'pass' : beyond ? 'fail' : 'inconclusive';
  const interval = width === 0 ? null : storedInterval({ lower, upper });
  return { outcome, value, interval, limit, width };
}

/** An inconclusive check without a value. */
const open = { outcome: 'inconclusive', value: null, interval: null, limit: null, width: 0 } as const;

/** If no limit of the policy applies to any layer, the verdict is inconclusive. */
const idle = ({ model }: Pick<Report, 'model'>, policy: Policy): JudgedCheck => ({
  ...open,
  rule: 'policy',
  layer: null,
  source: [...policy.values()].flat()[0]?.source ?? { file: model.path, line: null, setting: 'policy' },
  finding: { kind: 'idle', outcome: 'inconclusive' },
});

/** A layer of the baseline does not pass by being removed, or by no longer being audited. */
function gone({ report, baseline }: Subject, policy: Policy): JudgedCheck[] {
  if (baseline === null) return [];
  const skipped = report.notAudited.filter(({ reason }) => reason === 'skipped');
  const known = new Set([...report.layers, ...skipped].map(({ name }) => name));
  return Object.keys(baseline.layers).flatMap((name): JudgedCheck[] => {
    const setting = known.has(name) ? null : settingFor(policy, 'maxIncrease', name);
    if (setting === null) return [];
    const finding = { kind: 'not-audited', outcome: 'inconclusive' } as const;
    return [{ ...open, rule: 'maxIncrease', layer: name, source: setting.source, finding }];
  });
}

/** Skipped layers do not pass the checks that they have limits for, unless a required coverage allows to skip some. */
function skippedChecks({ notAudited, model }: Pick<Report, 'notAudited' | 'model'>, policy: Policy): JudgedCheck[] {
  if (policy.has('requireCoverage')) return [];
  const skipped = notAudited.filter(({ name, reason }) => reason === 'skipped' && isChecked(policy, name));
  return skipped.map(({ name }) => ({
    ...open,
    rule: 'audited',
    layer: name,
    source: { file: model.path, line: null, setting: '--skip-layer' },
    finding: { kind: 'skipped', outcome: 'inconclusive' },
  }));
}

/** Whether some rule about layers has a limit for this one. */
const isChecked = (policy: Policy, layer: string): boolean =>
  [...policy.keys()].some((rule) => rules[rule].scope === 'layer' && settingFor(policy, rule, layer) !== null);
