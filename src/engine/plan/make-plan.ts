import { sizeOf } from '../../kernels/kernels.js';
import { jetCost, reverseCost, traceSize } from '../../program/cost.js';
import { type Smoothness, smoothnessFrom } from '../../program/smoothness.js';
import { type Program, type ValueId, valueOf, weightsOf } from '../../program/program.js';
import { chooseSubset } from '../../statistics/subset.js';
import { chooseDerivations, drawnLabels, reversePasses } from './derivation.js';
import { scoreNumbers } from '../derivatives/label-draws.js';
import { parameterLimit } from './parameter-budget.js';
import { routeOf, usesOf } from './parameter-routes.js';
import type { Candidate, Derivation, Group, Plan, PlanOptions, PlannedWeight, UnitRange } from './types.js';
import { packRanges, splitGroup } from './unit-ranges.js';

/** Bytes of one intermediate tensor of a step: large enough to amortise a call, small enough for the caches. */
const STEP_BYTES = 16 * 2 ** 20;
/** Tensors of that size that fit into the budget at once, with room for what is kept from step to step. */
const STEPS_IN_MEMORY = 48;
const MAX_BATCH = 64;
/** Numbers kept for each number of the trace where second derivatives are pushed: both derivatives, and by channels. */
const KEPT_VALUES = 4;
/** Share of the memory that may hold what one set of reverse passes brings back. */
const SHARE_OF_PASSES = 0.15;

type Undecided = Candidate & { readonly planned: readonly Omit<PlannedWeight, 'audited'>[] };

/** Whether second derivatives of a weight are asked for and not zero. */
function orderOf({ status, curved }: Smoothness, kinks: PlanOptions['kinks']): 1 | 2 {
  return curved && (status === 'smooth' || kinks === 'almost-everywhere') ? 2 : 1;
}

/** The weights that are audited, grouped by where their directions start. */
function candidatesOf(program: Program, options: PlanOptions): Undecided[] {
  const byStart = new Map<ValueId, Omit<PlannedWeight, 'audited'>[]>();
  const uses = usesOf(program);
  for (const { id, weight } of weightsOf(program)) {
    if (!weight.trainable || options.skipped.includes(weight.layer)) continue;
    const route = routeOf(program, uses, id);
    const planned = byStart.get(route.start) ?? [];
    planned.push({ weight, route, smoothness: smoothnessFrom(program, id) });
    byStart.set(route.start, planned);
  }
  return [...byStart].map(([start, planned]) => {
    const order = planned.some(({ smoothness }) => orderOf(smoothness, options.kinks) === 2) ? 2 : 1;
    const { shape, origin } = valueOf(program, start);
    const direct = origin.kind === 'weight';
    return { start, size: sizeOf(shape), direct, order, cost: jetCost(program, start, order), planned };
  });
}

/** Directions from a start: all its elements, or a random subset; those of one channel after one another. */
function indicesOf(program: Program, { start, size, direct }: Candidate, limit: number, seed: number): number[] {
  const chosen = chooseSubset(size, direct ? limit : size, seed, start);
  const channels = valueOf(program, start).shape.at(-1) ?? 1;
  return direct ? chosen.sort((a, b) => (a % channels) - (b % channels) || a - b) : chosen;
}

function groupsOf(program: Program, options: PlanOptions): Group[] {
  const candidates = candidatesOf(program, options);
  const derivations = chooseDerivations(program, candidates, options);
  const limit = parameterLimit(program, candidates, derivations, options);
  return candidates.map(({ planned, ...candidate }, k): Group => {
    const indices = indicesOf(program, candidate, limit, options.seed);
    const audited = ({ route, weight }: (typeof planned)[number]): number =>
      route.kind === 'outer' ? sizeOf(weight.shape) : indices.length;
    const weights = planned.map((one) => ({ ...one, audited: audited(one) }));
    return { ...candidate, derivation: derivations[k]!, indices, weights };
  });
}

/** Inputs in one step, such that primals, draws and what reverse passes bring back stay within a few times a step. */
function batchSizeOf(program: Program, groups: readonly Group[], elements: number, options: PlanOptions): number {
  const outputs = sizeOf(valueOf(program, program.output).shape);
  const unitsOf = (derivation: Derivation): number =>
    groups.reduce((sum, group) => sum + (group.derivation === derivation ? group.indices.length : 0), 0);
  const drawsPerInput = drawnLabels(options.samples) * options.blocks;
  const kept = groups.some(({ order }) => order === 2) ? KEPT_VALUES : 1;
  const perInput = Math.max(kept * traceSize(program), unitsOf('pull') * outputs, unitsOf('draw'), drawsPerInput);
  return Math.max(1, Math.min(MAX_BATCH, Math.floor((4 * elements) / perInput)));
}

/** Elements of all values that a reverse pass brings cotangents of. */
const elementsOf = (parts: readonly UnitRange[]): number =>
  [...new Set(parts.map(({ group }) => group))].reduce((sum, { size }) => sum + size, 0);

/** How the audit of a program proceeds: which directions, in which steps. */
export function makePlan(program: Program, options: PlanOptions): Plan {
  const groups = groupsOf(program, options);
  const stepBytes = Math.min(STEP_BYTES, options.memory / STEPS_IN_MEMORY);
  const elements = stepBytes / options.bytesPerElement;
  const batchSize = options.batchSize ?? batchSizeOf(program, groups, elements, options);
  const outputs = sizeOf(valueOf(program, program.output).shape);
  const reverse = reverseCost(program);
  // What reverse passes bring back is kept in float64; each pass more repeats their arithmetic.
  const numbers = (SHARE_OF_PASSES * options.memory) / 8;
  const columns = 16 + 4 * options.samples.length;
  const parts = groups.flatMap((group) => {
    const perUnit = Math.max(columns, group.derivation === 'pull' ? outputs : 1);
    return splitGroup(group, (4 * elements) / (perUnit * batchSize));
  });
  const by = (derivation: Derivation): UnitRange[] => parts.filter(({ group }) => group.derivation === derivation);
  const pulled = packRanges(by('pull'), numbers / (outputs * batchSize));
  const drawn = packRanges(by('draw'), numbers / (scoreNumbers(options.samples) * batchSize));
  const broughtBack = [...pulled, ...drawn].reduce((most, pass) => Math.max(most, elementsOf(pass)), 1);
  return {
    groups,
    pushed: by('push'),
    pulled,
    drawn,
    passes: reversePasses(program, options.samples).count,
    reverse,
    draws: drawnLabels(options.samples),
    batchSize,
    cotangents: Math.max(1, Math.floor(elements / (Math.max(reverse.widest, broughtBack) * batchSize))),
    directions: ({ cost, start }) => {
      const size = sizeOf(valueOf(program, start).shape);
      return Math.max(1, Math.floor(elements / Math.max(cost.widest * batchSize, size)));
    },
  };
}
