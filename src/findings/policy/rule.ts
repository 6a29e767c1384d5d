import type * as z from 'zod';
import type { LayerReport, Report } from '../../results/report.js';
import type { Baseline } from '../../results/baseline.js';

/** What rules see: a report that has not been judged yet, and what it is held against. */
export interface Subject {
  readonly report: Omit<Report, 'verdict'>;
  readonly baseline: Baseline | null;
}

/** What a rule found: something decided, or a value to be held against a limit with its interval. */
export type Finding = Decided | Measured;

interface Decided {
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  readonly text: string;
  readonly value?: number | null;
  readonly limit?: number | string | null;
}

export interface Measured {
  readonly value: number;
  /** Relative standard error of the value; 0 where it is exact, null where too little was sampled to tell. */
  readonly relativeError: number | null;
  /** Values that the standard error is taken from, less one. */
  readonly freedom: number;
  readonly limit: number;
  readonly sense: 'at most' | 'at least';
  /** The value in words, such as "relative error 11% at 64 draws"; `margin` is empty or " ± 2%". */
  readonly says: (margin: string) => string;
  readonly limitText: string;
  /** How the limit could be met. */
  readonly remedy: string;
  /** What would decide it. */
  readonly decidedBy: string;
}

/** One kind of check. Its name in the table of rules is its key in the policy. */
export interface Rule {
  readonly help: string;
  /** How its limit is written. */
  readonly limit: z.ZodType;
  readonly scope: 'layer' | 'report';
  /** What it finds in a layer, or (scope report, layer null) in the whole. */
  judge(subject: Subject, layer: LayerReport | null, limit: unknown): Finding[];
}

/** A rule about every layer. */
export const layerRule = <Limit>(rule: {
  readonly help: string;
  readonly limit: z.ZodType<Limit>;
  judge(layer: LayerReport, limit: Limit, subject: Subject): Finding[];
}): Rule => ({
  ...rule,
  scope: 'layer',
  judge: (subject, layer, limit) => (layer === null ? [] : rule.judge(layer, limit as Limit, subject)),
});

/** A rule about the report as a whole. */
export const reportRule = <Limit>(rule: {
  readonly help: string;
  readonly limit: z.ZodType<Limit>;
  judge(subject: Subject, limit: Limit): Finding[];
}): Rule => ({ ...rule, scope: 'report', judge: (subject, _layer, limit) => rule.judge(subject, limit as Limit) });
