import { type EstimatorName, estimatorNames, estimators } from '../../estimators/index.js';
import { type Kernels, sizeOf } from '../../kernels/kernels.js';
import type { Trace } from '../../program/evaluate.js';
import { valueOf } from '../../program/program.js';
import { type Derivatives, type LabelledInput, type Range, contractEstimator } from './contract.js';
import type { Columns, Moments } from '../moments.js';
import type { Group, Plan } from '../plan/types.js';

/** Seconds spent contracting derivatives with label distributions and draws. */
export type ContractionSeconds = Map<Group, Record<EstimatorName, number>>;

/** Some inputs on their way through the audit: the network evaluated at them, and everything about their labels. */
export interface AuditedBatch {
  readonly kernels: Kernels;
  readonly plan: Plan;
  readonly columns: Columns;
  readonly trace: Trace;
  readonly labelled: readonly LabelledInput[];
  readonly seconds: ContractionSeconds;
}

/** Numbers in one example of the outputs. */
export const outputsOf = ({ program }: Trace): number => sizeOf(valueOf(program, program.output).shape);

/** First derivatives, and second ones where there are any. */
export interface DerivativePair {
  readonly first: Derivatives;
  readonly second: Derivatives | null;
}

/** What both estimators make of some units' exact derivatives, into the moments. */
export function contract(
  { columns, labelled, seconds }: AuditedBatch,
  group: Group,
  moments: Moments,
  derivatives: DerivativePair,
  range: Range,
): void {
  for (const name of estimatorNames) {
    const own = derivatives[estimators[name].derivative];
    if (own === null) continue;
    const begin = performance.now();
    contractEstimator(name, columns, moments, labelled, own, range);
    spend(seconds, group, name, performance.now() - begin);
  }
}

/** Notes time that was spent on one estimator of a group. */
export function spend(seconds: ContractionSeconds, group: Group, name: EstimatorName, milliseconds: number): void {
  const known = seconds.get(group) ?? { gradient: 0, hessian: 0 };
  seconds.set(group, known);
  known[name] += milliseconds / 1000;
}
