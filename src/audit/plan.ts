import { sizeOf } from '../kernels/kernels.js';
import { type Cost, jetCost, reverseCost, traceSize } from '../program/cost.js';
import { type Smoothness, smoothnessFrom } from '../program/smoothness.js';
import { type Program, type ValueId, type Weight, valueOf, weightsOf } from '../program/program.js';
import { chooseSubset } from '../statistics/subset.js';
import { type Route, routeOf, usesOf } from './routes.js';

/** Bytes of one intermediate tensor of a step: large enough to amortise a call, small enough for the caches. */
const STEP_BYTES = 16 * 2 ** 20;
const MAX_BATCH = 64;

export interface PlanOptions {
  readonly kinks: 'strict' | 'almost-everywhere';
  /** Parameters audited per weight where each needs a direction of its own. */
  readonly parameters: number | 'all';
  readonly skipped: readonly string[];
  readonly seed: number;
  readonly bytesPerElement: number;
  readonly batchSize: number | null;
  /** Numbers that the label draws of one input take: draws times blocks. */
  readonly drawsPerInput: number;
}

/** One weight tensor with the way in which its parameters are audited. */
export interface PlannedWeight {
  readonly weight: Weight;
  readonly route: Route;
  readonly smoothness: Smoothness;
  readonly audited: number;
}

/** Weights whose derivatives come from one set of directions. */
export interface Group {
  readonly start: ValueId;
  /** Elements of the start's value, each a direction. */
  readonly indices: readonly number[];
  /** 2 if second derivatives are needed; 1 if S = 0, or Î₂ does not apply. */
  readonly order: 1 | 2;
  readonly weights: readonly PlannedWeight[];
  readonly cost: Cost;
}

export interface Plan {
  readonly groups: readonly Group[];
  /** Groups that get their first derivatives from reverse passes; the others push jets. */
  readonly reversed: ReadonlySet<Group>;
  readonly batchSize: number;
  /** Outputs from which a reverse pass starts at once. */
  readonly cotangents: number;
  /** Directions pushed at once from a group's start. */
  directions(group: Group): number;
}

/** Whether second derivatives of a weight are asked for and not zero. */
function orderOf({ status, curved }: Smoothness, kinks: PlanOptions['kinks']): 1 | 2 {
  return curved && (status === 'smooth' || kinks === 'almost-everywhere') ? 2 : 1;
}

/** Directions from a route's start: all its elements, or a random subset where each parameter needs its own. */
function indicesOf(program: Program, start: ValueId, isWeight: boolean, options: PlanOptions): number[] {
  const size = sizeOf(valueOf(program, start).shape);
  const limit = isWeight && options.parameters !== 'all' ? options.parameters : size;
  return chooseSubset(size, limit, options.seed, start);
}

/** The weights that are audited, grouped by where their directions start. */
function groupsOf(program: Program, options: PlanOptions): Group[] {
  const byStart = new Map<ValueId, { indices: readonly number[]; weights: PlannedWeight[] }>();
  const uses = usesOf(program);
  for (const { id, weight } of weightsOf(program)) {
    if (!weight.trainable || options.skipped.includes(weight.layer)) continue;
    const route = routeOf(program, uses, id);
    const group = byStart.get(route.start) ?? {
      indices: indicesOf(program, route.start, route.start === id, options),
      weights: [],
    };
    const audited = route.kind === 'outer' ? sizeOf(weight.shape) : group.indices.length;
    group.weights.push({ weight, route, smoothness: smoothnessFrom(program, id), audited });
    byStart.set(route.start, group);
  }
  return [...byStart].map(([start, { indices, weights }]) => {
    const order = weights.some(({ smoothness }) => orderOf(smoothness, options.kinks) === 2) ? 2 : 1;
    return { start, indices, order, weights, cost: jetCost(program, start, order) };
  });
}

/** First derivatives of all units at once take one reverse pass per output: worth it unless there are many outputs. */
function reversedGroups(program: Program, groups: readonly Group[]): Set<Group> {
  const candidates = groups.filter((group) => {
    const { origin, shape } = valueOf(program, group.start);
    return group.order === 1 && origin.kind === 'step' && group.indices.length === sizeOf(shape);
  });
  const pushed = candidates.reduce((sum, group) => sum + group.cost.flops * group.indices.length, 0);
  const pulled = reverseCost(program).flops * sizeOf(valueOf(program, program.output).shape);
  return new Set(pulled < pushed ? candidates : []);
}

/** Inputs in one step, such that primals, draws and what reverse passes bring back stay within a few times a step. */
function batchSizeOf(program: Program, reversed: ReadonlySet<Group>, elements: number, drawsPerInput: number): number {
  const units = [...reversed].reduce((sum, { indices }) => sum + indices.length, 0);
  const outputs = sizeOf(valueOf(program, program.output).shape);
  const perInput = Math.max(traceSize(program), units * outputs, drawsPerInput);
  return Math.max(1, Math.min(MAX_BATCH, Math.floor((4 * elements) / perInput)));
}

/** How the audit of a program proceeds: which directions, in which steps. */
export function makePlan(program: Program, options: PlanOptions): Plan {
  const groups = groupsOf(program, options);
  const reversed = reversedGroups(program, groups);
  const elements = STEP_BYTES / options.bytesPerElement;
  const batchSize = options.batchSize ?? batchSizeOf(program, reversed, elements, options.drawsPerInput);
  return {
    groups,
    reversed,
    batchSize,
    cotangents: Math.max(1, Math.floor(elements / (reverseCost(program).widest * batchSize))),
    directions: ({ cost, start }) => {
      const size = sizeOf(valueOf(program, start).shape);
      return Math.max(1, Math.floor(elements / Math.max(cost.widest * batchSize, size)));
    },
  };
}
