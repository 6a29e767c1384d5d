import type { Likelihood } from '../../likelihoods/likelihood.js';
import type { Cost } from '../../program/cost.js';
import type { Kinks } from '../../program/kinks.js';
import type { ValueId, Weight } from '../../program/program.js';
import type { Smoothness } from '../../program/smoothness.js';

export interface PlanOptions {
  readonly kinks: Kinks;
  /** Parameters audited per weight where each needs a direction or a contraction of its own; auto: what is affordable. */
  readonly parameters: number | 'all' | 'auto';
  /** Paths of layers that are not audited. */
  readonly skipped: readonly string[];
  readonly seed: number;
  readonly bytesPerElement: number;
  /** Bytes that the audit may take; the plan keeps within them as far as it can predict. */
  readonly memory: number;
  readonly inputs: number;
  /** Inputs in one step; null: chosen by the plan. */
  readonly batchSize: number | null;
  /** Numbers of label draws per input, ascending; at least one. */
  readonly samples: readonly number[];
  /** Independent labels of one input. */
  readonly blocks: number;
  readonly likelihood: Pick<Likelihood, 'countable'>;
}

/**
 * How the derivatives u, s with respect to the units of the value `start` give those with respect to a weight's
 * parameters:
 * - outer: parameter (j, k) of a kernel has a_j·u_k and a_j²·s_k, where a is the value `factor`;
 * - diagonal: parameter k has a_k·u_k and a_k²·s_k; or u_k and s_k themselves where `factor` is null.
 * A weight that is used more than once per input is its own start; each parameter is a unit.
 */
export interface Route {
  readonly kind: 'outer' | 'diagonal';
  readonly start: ValueId;
  readonly factor: ValueId | null;
}

/**
 * How the derivatives of a group are computed:
 * - forward-jets: from each of its directions to all outputs, with second derivatives where they are needed;
 * - reverse-passes: one for each output, which gives the first derivatives of all groups at once;
 * - label-draws: one reverse pass for each drawn label, which gives scores, where there are too many outputs.
 */
export type Derivation = 'forward-jets' | 'reverse-passes' | 'label-draws';

/** One weight tensor, and how its parameters are audited. */
export interface PlannedWeight {
  readonly weight: Weight;
  /** Parameters of the tensor, and how many of them are audited. */
  readonly parameters: number;
  readonly audited: number;
  readonly route: Route;
  readonly smoothness: Smoothness;
  /** Whether Î₂ applies: false if a kink follows, unless second derivatives almost everywhere are accepted. */
  readonly hessianApplies: boolean;
  /** Whether the derivatives of all outputs are computed; if not, figures are estimates from label draws. */
  readonly exact: boolean;
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
  /** Cost of one forward jet from the start to the outputs. */
  readonly cost: Cost;
}

/** Weights whose derivatives come from one set of directions. */
export interface Group extends Candidate {
  readonly derivation: Derivation;
  /** Elements of the start's value, each a direction; ordered by channel, so that neighbours share theirs. */
  readonly indices: readonly number[];
  readonly weights: readonly PlannedWeight[];
}

/** Walks over the program for one example: how many, and the cost of one. */
export interface Walks {
  readonly count: number;
  readonly cost: Cost;
}

/** Consecutive units of a group, whose moments are computed at once. */
export interface UnitRange {
  readonly group: Group;
  readonly firstUnit: number;
  readonly units: number;
}

/** How an audit proceeds: which directions it computes, and in which steps. */
export interface Plan {
  readonly groups: readonly Group[];
  readonly inputs: number;
  /** Numbers in one example of the outputs. */
  readonly outputs: number;
  /** Independent labels of one input. */
  readonly blocks: number;
  /** Whether equal label draws are counted instead of listed. */
  readonly countsDraws: boolean;
  /** Numbers of label draws per input, ascending, and the largest of them. */
  readonly samples: readonly number[];
  readonly maxSamples: number;
  /** Ranges of the groups, by how their derivatives are computed. Ranges that share reverse passes are listed together. */
  readonly jetRanges: readonly UnitRange[];
  readonly passRanges: readonly (readonly UnitRange[])[];
  readonly drawRanges: readonly (readonly UnitRange[])[];
  /** Reverse passes for one input. */
  readonly passes: Walks;
  /** Labels that are drawn for one input where derivatives of all outputs are too many. */
  readonly labelDraws: number;
  readonly batchSize: number;
  readonly bytesPerElement: number;
  /** Cotangents that one reverse step carries at once. */
  readonly cotangents: number;
  /** Directions that one forward step carries at once. */
  directions(group: Group): number;
}
