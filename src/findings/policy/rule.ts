import type { SamplingError } from '../../statistics/interval.js';
import type * as z from 'zod';
import type { Baseline } from '../../results/baseline.js';
import type { LayerReport, Report } from '../../results/report.js';

/** What rules see: a report without its verdict, and the baseline that it is compared with. */
export interface Subject {
  readonly report: Omit<Report, 'verdict'>;
  readonly baseline: Baseline | null;
}

/** What a rule found, as data; report/sentences/checks.ts puts it into words. */
export type Finding = Decided | Measured;

/** A finding that is decided without an interval. `kind` is the reason. */
export interface Decided {
  readonly kind: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  readonly value?: number | null;
  readonly limit?: number | string | null;
}

/** A value that is compared with a limit, as an interval where it has a sampling error. */
export interface Measured extends Sampling {
  readonly kind: 'measured';
  readonly value: number;
  readonly limit: number;
  readonly sense: 'at most' | 'at least';
}

/** How certain a value is, and what makes it uncertain. */
export interface Sampling extends SamplingError {
  /** How many parameters were audited, where not all were; null: the value is exact, or estimated from label draws. */
  readonly subset: { readonly audited: number; readonly total: number } | null;
}

/** One kind of check. Its name in the table of rules is its key in the policy. */
export interface Rule<OwnFinding extends Finding = Finding> {
  readonly help: string;
  /** The schema of its limit. */
  readonly limit: z.ZodType;
  readonly scope: 'layer' | 'report';
  /** The findings in one layer, or (scope report, layer null) in the whole report. */
  judge(subject: Subject, layer: LayerReport | null, limit: unknown): OwnFinding[];
}

/** A rule about every layer. */
export const layerRule = <Limit, OwnFinding extends Finding>(rule: {
  readonly help: string;
  readonly limit: z.ZodType<Limit>;
  judge(layer: LayerReport, limit: Limit, subject: Subject): OwnFinding[];
}): Rule<OwnFinding> => ({
  ...rule,
  scope: 'layer',
  judge: (subject, layer, limit) => (layer === null ? [] : rule.judge(layer, limit as Limit, subject)),
});

/** A rule about the report as a whole. */
export const reportRule = <Limit, OwnFinding extends Finding>(rule: {
  readonly help: string;
  readonly limit: z.ZodType<Limit>;
  judge(subject: Subject, limit: Limit): OwnFinding[];
}): Rule<OwnFinding> => ({
  ...rule,
  scope: 'report',
  judge: (subject, _layer, limit) => rule.judge(subject, limit as Limit),
});
