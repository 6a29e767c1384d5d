import type { Cost } from '../../program/cost.js';
import type { Candidate, Derivation, Group, Plan, UnitRange, Walks } from './types.js';

/*
 * Work is counted in floating-point operations of a matrix product. What runs at the speed of memory, or in JavaScript,
 * counts as many of these as take the same time (measured with wasm on one thread).
 */

/** Work in one second. */
export const WORK_PER_SECOND = 2e10;

/** One pass over one element: 0.8 ns. */
const PER_PASS = 16;
/** Contracting one derivative vector with a label distribution: 0.5 µs, and 25 ns for each output. */
const PER_VECTOR = 1e4;
const PER_OUTPUT = 500;
/** Projecting one derivative vector onto one listed label: 10 ns, and 1.5 ns for each output. */
const PER_LABEL = 200;
const PER_LABEL_OUTPUT = 30;
/** Adding the powers of the score of one drawn label: 2 ns; and once for each parameter. */
const PER_SCORE = 40;
const PER_SCORED_PARAMETER = 1e3;

/** Starting Node, loading the backend, reading files. */
export const START_SECONDS = 0.55;
export const START_BYTES = 130e6;
/** Intermediate tensors of a step that exist at once. */
export const STEP_TENSORS = 5;

/** Numbers that decide what a contraction costs. */
export interface ContractionSize {
  readonly outputs: number;
  readonly labelDraws: number;
  /** Labels of one input that are listed one by one; 0 where equal ones are counted. */
  readonly listed: number;
}

/** The size of contractions in an audit. */
export const contractionSize = ({
  outputs,
  labelDraws,
  countsDraws,
  maxSamples,
}: Pick<Plan, 'outputs' | 'labelDraws' | 'countsDraws' | 'maxSamples'>): ContractionSize => ({
  outputs,
  labelDraws,
  listed: countsDraws ? 0 : maxSamples,
});

/** Work of one walk over the program for one example. */
const walkWork = ({ productFlops, passes }: Cost): number => productFlops + PER_PASS * passes;

/** The forward jets of a range. */
export const jetsOf = ({ group, units }: Pick<UnitRange, 'group' | 'units'>): Walks => ({
  count: units,
  cost: group.cost,
});

/** Work of some walks. */
export const workOf = ({ count, cost }: Walks): number => count * walkWork(cost);

/** Work of contracting the derivatives of one unit at one input with its label distribution and draws. */
export const contractionWork = (
  order: 1 | 2,
  derivation: Derivation,
  { outputs, labelDraws, listed }: ContractionSize,
): number =>
  derivation === 'label-draws'
    ? PER_SCORED_PARAMETER + PER_SCORE * labelDraws
    : order * (PER_VECTOR + PER_OUTPUT * outputs + listed * (PER_LABEL + PER_LABEL_OUTPUT * outputs));

/** Work for one more parameter of a group at one input. Reverse passes are not included, because they serve all groups. */
export const parameterWork = ({ order, cost }: Candidate, derivation: Derivation, size: ContractionSize): number =>
  contractionWork(order, derivation, size) + (derivation === 'forward-jets' ? walkWork(cost) : 0);

/**
 * Floating-point operations for the derivatives of one group at one input. Reverse passes count in full, even if several
 * groups share them. Those from label draws count by draw, in `drawFlops`.
 */
export function derivativeFlops({ derivation, cost, indices }: Group, { passes }: Plan): number {
  if (derivation === 'label-draws') return 0;
  return derivation === 'forward-jets' ? cost.flops * indices.length : passes.count * passes.cost.flops;
}

/** Floating-point operations for one label draw of one group at one input. */
export const drawFlops = ({ derivation, indices }: Group, { outputs, passes }: Plan): number =>
  derivation === 'label-draws' ? passes.cost.flops : 2 * outputs * indices.length;
