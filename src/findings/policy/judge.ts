import { logSymmetricInterval, logarithmicWidth } from '../../statistics/interval.js';
import { short } from '../../text/format-numbers.js';
import type { Check, LayerReport, Report, Verdict } from '../../results/report.js';
import { verdictOf } from '../../results/verdict.js';
import { rules } from './index.js';
import { type Policy, type Setting, isActive, settingFor } from './policy.js';
import type { Finding, Measured, Subject } from './rule.js';

/** A finding on its way to become a check. */
interface Found {
  readonly rule: string;
  readonly layer: string | null;
  readonly setting: Setting;
  readonly finding: Finding;
}

/**
 * Holds a report against a policy. Values that carry sampling error are judged by their interval, and all intervals hold
 * at once. What was left out never passes: without a check such a run is incomplete, with one it is inconclusive.
 */
export function judge(subject: Subject, policy: Policy): Verdict {
  const found = [...policy.keys()].flatMap((rule) => findingsOf(subject, policy, rule));
  if (!isActive(policy)) {
    const complete = isComplete(subject.report);
    return { passed: complete, outcome: complete ? 'pass' : 'incomplete', checks: [], failures: [] };
  }
  const sampled = found.filter(({ finding }) => 'says' in finding && finding.relativeError !== 0).length;
  const verdict = verdictOf([
    ...(found.length === 0 ? [idle(subject.report, policy)] : []),
    ...found.map((one) => checkOf(one, sampled)),
    ...gone(subject, policy),
    ...leftOut(subject.report, policy),
  ]);
  return verdict.passed && leavesOpen(subject.report, verdict)
    ? { ...verdict, passed: false, outcome: 'incomplete' }
    : verdict;
}

const isComplete = ({ layers, notAudited }: Subject['report']): boolean =>
  notAudited.every(({ reason }) => reason !== 'skipped') && !layers.some(isSampled);

/** A subset of equal values has no standard error, and is a subset all the same. */
const isSampled = ({ samplingError, parameters }: LayerReport): boolean =>
  samplingError !== 0 || parameters.audited < parameters.total;

/** That enough was audited says nothing about layers that no check looked at: what was sampled or skipped stays open. */
function leavesOpen(report: Subject['report'], { checks }: Verdict): boolean {
  if (report.notAudited.some(({ reason }) => reason === 'skipped')) return true;
  const checked = new Set(checks.map(({ layer }) => layer));
  if (checked.size === 0 || (checked.size === 1 && checked.has(null))) return !isComplete(report);
  return report.layers.some((layer) => isSampled(layer) && !checked.has(layer.name));
}

function findingsOf(subject: Subject, policy: Policy, name: keyof typeof rules): Found[] {
  const rule = rules[name];
  const of = (layer: LayerReport | null): Found[] => {
    const setting = settingFor(policy, name, layer?.name ?? null);
    if (setting === null) return [];
    const findings = rule.judge(subject, layer, setting.limit);
    return findings.map((finding) => ({ rule: name, layer: layer?.name ?? null, setting, finding }));
  };
  return rule.scope === 'layer' ? subject.report.layers.flatMap(of) : of(null);
}

function checkOf({ rule, layer, setting, finding }: Found, sampled: number): Check {
  const judged =
    'says' in finding ? measured(finding, setting.source.setting, sampled) : decided(finding, setting.source.setting);
  const { outcome, text, ...others } = judged;
  // In the order of the schema: a saved report that is read and written again is the same file.
  return { rule, layer, outcome, text: layer === null ? text : `${layer}: ${text}`, ...others, source: setting.source };
}

type Judged = Pick<Check, 'outcome' | 'text' | 'value' | 'interval' | 'limit'>;

/** The limit is named before the advice, which comes behind a dot. */
const decided = (finding: Exclude<Finding, Measured>, setting: string): Judged => {
  const { outcome, value = null, limit = null } = finding;
  const text = outcome === 'pass' ? finding.text : finding.text.replace(/( · |$)/, ` (${setting})$1`);
  return { outcome, text, value, interval: null, limit };
};

function measured(finding: Measured, setting: string, sampled: number): Judged {
  const { value, limit, sense } = finding;
  const width = logarithmicWidth(finding, sampled);
  const { lower, upper } = logSymmetricInterval(value, width);
  const within = sense === 'at most' ? upper <= limit : lower >= limit;
  const beyond = sense === 'at most' ? lower > limit : upper < limit;
  const outcome = within ? 'pass' : beyond ? 'fail' : 'inconclusive';
  const text = wording(finding, outcome, width, setting);
  const interval = width === 0 ? null : { lower, upper: Number.isFinite(upper) ? upper : null };
  return { outcome, text, value, interval, limit };
}

function wording(finding: Measured, outcome: Check['outcome'], width: number, setting: string): string {
  const { says, limitText, sense, remedy, decidedBy } = finding;
  const margin =
    width === 0
      ? ''
      : Number.isFinite(width)
        ? ` (up to ${short(Math.exp(width))}× to either side)`
        : ' (from too few to tell)';
  const value = says(margin);
  const limit = `${limitText} (${setting})`;
  if (outcome === 'pass') return `${value} is ${sense} ${limit}`;
  if (outcome === 'inconclusive') return `${value} is too near to ${limit} · ${decidedBy}`;
  return `${value} is ${sense === 'at most' ? 'above' : 'below'} ${limit} · ${remedy}`;
}

/** A policy that speaks of no layer of this network has not let it pass. */
const idle = ({ model }: Pick<Report, 'model'>, policy: Policy): Check => ({
  ...{ rule: 'policy', layer: null, outcome: 'inconclusive' },
  text: 'no limit of the policy is for a layer of this network · look at its globs',
  ...{ value: null, interval: null, limit: null },
  source: [...policy.values()].flat()[0]?.source ?? { file: model.path, line: null, setting: 'policy' },
});

/** Layers of the baseline that the network has no more, or that are no longer audited, did not pass by going away. */
function gone({ report, baseline }: Subject, policy: Policy): Check[] {
  if (baseline === null) return [];
  const skipped = report.notAudited.filter(({ reason }) => reason === 'skipped');
  const known = new Set([...report.layers, ...skipped].map(({ name }) => name));
  return Object.keys(baseline.layers).flatMap((name): Check[] => {
    const setting = known.has(name) ? null : settingFor(policy, 'maxIncrease', name);
    if (setting === null) return [];
    const text = `${name}: it is in the baseline, but was not audited · --update-baseline takes it out`;
    const { source } = setting;
    return [
      {
        rule: 'maxIncrease',
        layer: name,
        outcome: 'inconclusive',
        text,
        value: null,
        interval: null,
        limit: null,
        source,
      },
    ];
  });
}

/** Layers that were skipped pass no check that there is for them, unless a required coverage says how much may be. */
function leftOut({ notAudited, model }: Pick<Report, 'notAudited' | 'model'>, policy: Policy): Check[] {
  if (policy.has('requireCoverage')) return [];
  const skipped = notAudited.filter(({ name, reason }) => reason === 'skipped' && isChecked(policy, name));
  return skipped.map(({ name }) => ({
    ...{ rule: 'audited', layer: name, outcome: 'inconclusive' },
    text: `${name}: not audited, so not checked · leave out --skip-layer ${name}, or state --require-coverage`,
    ...{ value: null, interval: null, limit: null },
    source: { file: model.path, line: null, setting: '--skip-layer' },
  }));
}

/** Whether some rule about layers has a limit for this one. */
const isChecked = (policy: Policy, layer: string): boolean =>
  [...policy.keys()].some((rule) => rules[rule].scope === 'layer' && settingFor(policy, rule, layer) !== null);
