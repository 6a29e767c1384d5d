import { type EstimatorName, estimatorNames, estimators } from '../../estimators/index.js';
import type { Kernels } from '../../kernels/kernels.js';
import type { Trace } from '../../program/evaluate.js';
import type { Columns, Moments } from '../moments.js';
import type { Group, Plan, UnitRange } from '../plan/types.js';
import type { ScoredLabels } from './scored-labels.js';
import { type Derivatives, type LabelledInput, type UnitSpan, contractEstimator } from './contract.js';

/** Seconds spent on contracting derivatives with label distributions and draws. */
export type ContractionSeconds = Map<Group, Record<EstimatorName, number>>;

/** Some inputs during the audit: the network evaluated at them, and everything about their labels. */
export interface AuditedBatch {
  readonly kernels: Kernels;
  readonly plan: Plan;
  readonly columns: Columns;
  readonly trace: Trace;
  readonly labelled: readonly LabelledInput[];
  readonly seconds: ContractionSeconds;
}

/** What a computation reports: the share of it that is done, and the moments of a range as soon as they are known. */
export interface Receiver {
  /** To be awaited: signals and timers get their turn. */
  progress(share: number): Promise<void>;
  moments(range: UnitRange, moments: Moments): void;
  /** Scores of single labels, where figures are estimates from label draws. */
  scores(range: UnitRange, scores: SquaredScores): void;
}

/** Squared scores [count, inputs, units] of the labels from `from` on, zero where an input has fewer labels. */
export interface SquaredScores {
  readonly labels: readonly ScoredLabels[];
  readonly values: Float64Array;
  readonly from: number;
  readonly count: number;
}

/** First derivatives, and second ones; null: they are zero, or not needed. */
export interface DerivativePair {
  readonly first: Derivatives;
  readonly second: Derivatives | null;
}

/** Contracts exact derivatives of some units for both estimators, and writes the results into the moments. */
export function contract(
  { columns, labelled, seconds }: AuditedBatch,
  group: Group,
  moments: Moments,
  derivatives: DerivativePair,
  span: UnitSpan,
): void {
  for (const name of estimatorNames) {
    const own = derivatives[estimators[name].derivative];
    if (own === null) continue;
    const begin = performance.now();
    contractEstimator(name, columns, moments, labelled, own, span);
    addTime(seconds, group, name, performance.now() - begin);
  }
}

/** Adds time that was spent on one estimator of a group. */
export function addTime(seconds: ContractionSeconds, group: Group, name: EstimatorName, milliseconds: number): void {
  const known = seconds.get(group) ?? { gradient: 0, hessian: 0 };
  seconds.set(group, known);
  known[name] += milliseconds / 1000;
}
