import type { Cost } from '../../program/cost.js';
import type { ValueId, Weight } from '../../program/program.js';
import type { Smoothness } from '../../program/smoothness.js';

export interface PlanOptions {
  readonly kinks: 'strict' | 'almost-everywhere';
  /** Parameters audited per weight where each needs a direction or a contraction of its own; auto: what is affordable. */
  readonly parameters: number | 'all' | 'auto';
  readonly skipped: readonly string[];
  readonly seed: number;
  readonly bytesPerElement: number;
  /** Bytes that the audit may take, as far as plans can tell. */
  readonly memory: number;
  readonly inputs: number;
  readonly batchSize: number | null;
  /** Ascending. */
  readonly samples: readonly number[];
  /** Independent labels of one input. */
  readonly blocks: number;
}

/**
 * How the derivatives with respect to a weight's parameters come about from those with respect to the units of the
 * value `start`:
 * - outer: parameter (j, k) of a kernel has a_j·u_k and a_j²·s_k, a being the value `factor`;
 * - diagonal: parameter k has a_k·u_k and a_k²·s_k; or u_k and s_k themselves where `factor` is null.
 * A weight that is used more than once per input is its own start, each parameter a unit.
 */
export interface Route {
  readonly kind: 'outer' | 'diagonal';
  readonly start: ValueId;
  readonly factor: ValueId | null;
}

/**
 * How the derivatives of a group come about:
 * - push: jets from each of its directions to all outputs, with second derivatives where they are wanted;
 * - pull: one reverse pass for each output gives the first derivatives of all groups at once;
 * - draw: one reverse pass for each label draw gives the scores themselves, where the outputs are too many.
 */
export type Derivation = 'push' | 'pull' | 'draw';

/** One weight tensor with the way in which its parameters are audited. */
export interface PlannedWeight {
  readonly weight: Weight;
  readonly route: Route;
  readonly smoothness: Smoothness;
  readonly audited: number;
}

/** A group whose parameters have not been chosen yet. */
export interface Candidate {
  readonly start: ValueId;
  /** Elements of the start's value. */
  readonly size: number;
  /** Whether each parameter is a direction of its own, as those of weights used at many positions are. */
  readonly direct: boolean;
  /** 2 if second derivatives are needed; 1 if S = 0, or Î₂ does not apply. */
  readonly order: 1 | 2;
  /** One direction pushed to the outputs. */
  readonly cost: Cost;
}

/** Weights whose derivatives come from one set of directions. */
export interface Group extends Candidate {
  readonly derivation: Derivation;
  /** Elements of the start's value, each a direction; by channel, so that neighbours share theirs. */
  readonly indices: readonly number[];
  readonly weights: readonly PlannedWeight[];
}

/** Consecutive units of a group, whose moments are computed at once. */
export interface UnitRange {
  readonly group: Group;
  readonly firstUnit: number;
  readonly units: number;
}

export interface Plan {
  readonly groups: readonly Group[];
  /** Ranges of the groups, by how their derivatives come about; what shares a reverse pass is listed together. */
  readonly pushed: readonly UnitRange[];
  readonly pulled: readonly (readonly UnitRange[])[];
  readonly drawn: readonly (readonly UnitRange[])[];
  /** Reverse passes for one input, and the cost of one. */
  readonly passes: number;
  readonly reverse: Cost;
  /** Labels of which gradients are drawn where derivatives of all outputs are too many. */
  readonly draws: number;
  readonly batchSize: number;
  /** Cotangents carried back at once. */
  readonly cotangents: number;
  /** Directions pushed at once from a group's start. */
  directions(group: Group): number;
}
