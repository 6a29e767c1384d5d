import { countsDraws } from '../../estimators/draws.js';
import { sizeOf } from '../../kernels/kernels.js';
import { jetCost, reverseCost, traceSize } from '../../program/cost.js';
import { type Smoothness, smoothnessFrom } from '../../program/smoothness.js';
import { type Program, type ValueId, valueOf, weightsOf } from '../../program/program.js';
import { chooseSubset } from '../../statistics/subset.js';
import { scoreNumbers } from '../derivatives/label-draws.js';
import { contractionSize } from './cost-model.js';
import { chooseDerivations, labelDrawsFor, reversePassesFor } from './derivation.js';
import { STEPS_IN_MEMORY, memoryShares } from './memory-shares.js';
import { parameterLimit } from './parameter-budget.js';
import { routeOf, usesOf } from './parameter-routes.js';
import type { Candidate, Derivation, Group, Plan, PlanOptions, PlannedWeight, UnitRange } from './types.js';
import { packRanges, splitGroup } from './unit-ranges.js';

/** Bytes of one intermediate tensor of a step: large enough to amortise a call, small enough for the caches. */
const STEP_BYTES = 16 * 2 ** 20;
const MAX_BATCH = 64;
/** Numbers kept for each number of the trace where jets have second derivatives: both derivatives, also by channel. */
const KEPT_VALUES = 4;

/** What is known of a weight before its group has a derivation. */
type UnplannedWeight = Pick<PlannedWeight, 'weight' | 'route' | 'smoothness' | 'hessianApplies'>;
type UnplannedGroup = Candidate & { readonly weights: readonly UnplannedWeight[] };

const hessianApplies = ({ status }: Smoothness, kinks: PlanOptions['kinks']): boolean =>
  status !== 'kinked' || kinks === 'almost-everywhere';

/** The weights that are audited, grouped by where their directions start. */
function candidatesOf(program: Program, options: PlanOptions): UnplannedGroup[] {
  const byStart = new Map<ValueId, UnplannedWeight[]>();
  const uses = usesOf(program);
  for (const { id, weight } of weightsOf(program)) {
    if (!weight.trainable || options.skipped.includes(weight.layer)) continue;
    const route = routeOf(program, uses, id);
    const smoothness = smoothnessFrom(program, id);
    const weights = byStart.get(route.start) ?? [];
    weights.push({ weight, route, smoothness, hessianApplies: hessianApplies(smoothness, options.kinks) });
    byStart.set(route.start, weights);
  }
  return [...byStart].map(([start, weights]) => {
    const order = weights.some((one) => one.hessianApplies && one.smoothness.curved) ? 2 : 1;
    const { shape, origin } = valueOf(program, start);
    const direct = origin.kind === 'weight';
    return { start, size: sizeOf(shape), direct, order, cost: jetCost(program, start, order), weights };
  });
}

/** Directions from a start: all its elements, or a random subset; those of one channel after one another. */
function indicesOf(program: Program, { start, size, direct }: Candidate, limit: number, seed: number): number[] {
  const chosen = chooseSubset(size, direct ? limit : size, seed, start);
  const channels = valueOf(program, start).shape.at(-1) ?? 1;
  return direct ? chosen.sort((a, b) => (a % channels) - (b % channels) || a - b) : chosen;
}

function planGroup(candidate: UnplannedGroup, derivation: Derivation, indices: readonly number[]): Group {
  const weights = candidate.weights.map((one): PlannedWeight => {
    const parameters = sizeOf(one.weight.shape);
    const audited = one.route.kind === 'outer' ? parameters : indices.length;
    return { ...one, parameters, audited, exact: derivation !== 'label-draws' };
  });
  return { ...candidate, derivation, indices, weights };
}

/** Inputs in one step, such that primals, draws and the results of reverse passes stay within a few times a step. */
function batchSizeOf(
  program: Program,
  groups: readonly Group[],
  elements: number,
  { outputs, labelDraws, blocks }: Pick<Plan, 'outputs' | 'labelDraws' | 'blocks'>,
): number {
  const unitsOf = (derivation: Derivation): number =>
    groups.reduce((sum, group) => sum + (group.derivation === derivation ? group.indices.length : 0), 0);
  const kept = groups.some(({ order }) => order === 2) ? KEPT_VALUES : 1;
  const perInput = Math.max(
    kept * traceSize(program),
    unitsOf('reverse-passes') * outputs,
    unitsOf('label-draws'),
    labelDraws * blocks,
  );
  return Math.max(1, Math.min(MAX_BATCH, Math.floor((4 * elements) / perInput)));
}

/** Elements of all values whose cotangents a reverse pass keeps. */
const elementsOf = (ranges: readonly UnitRange[]): number =>
  [...new Set(ranges.map(({ group }) => group))].reduce((sum, { size }) => sum + size, 0);

/** Ranges of the groups such that the moments of each fit into a few times a step. */
function rangesOf(groups: readonly Group[], { samples, outputs }: Pick<Plan, 'samples' | 'outputs'>, limit: number) {
  const columns = 16 + 4 * samples.length;
  const ranges = groups.flatMap((group) => {
    const perUnit = Math.max(columns, group.derivation === 'reverse-passes' ? outputs : 1);
    return splitGroup(group, limit / perUnit);
  });
  return (derivation: Derivation): UnitRange[] => ranges.filter(({ group }) => group.derivation === derivation);
}

/** Chooses how the audit of a program proceeds: which directions, in which steps. */
export function makePlan(program: Program, options: PlanOptions): Plan {
  const { shape } = valueOf(program, program.output);
  const { inputs, samples, bytesPerElement, memory, likelihood, blocks } = options;
  const [outputs, labelDraws] = [sizeOf(shape), labelDrawsFor(samples)];
  const labels = {
    outputs,
    labelDraws,
    blocks,
    countsDraws: countsDraws(likelihood, blocks),
    maxSamples: samples.at(-1)!,
  };
  const passes = reversePassesFor(outputs, labelDraws, reverseCost(program));
  const candidates = candidatesOf(program, options);
  const derivations = chooseDerivations(candidates, passes, options);
  const limit = parameterLimit(candidates, derivations, contractionSize(labels), options);
  const groups = candidates.map((candidate, k) =>
    planGroup(candidate, derivations[k]!, indicesOf(program, candidate, limit, options.seed)),
  );
  const elements = Math.min(STEP_BYTES, memory / STEPS_IN_MEMORY) / bytesPerElement;
  const batchSize = options.batchSize ?? batchSizeOf(program, groups, elements, labels);
  const ranges = rangesOf(groups, { samples, outputs }, (4 * elements) / batchSize);
  // Results of reverse passes are kept in float64. Each further set of passes repeats their arithmetic.
  const numbers = (memoryShares.passes * memory) / 8;
  const passRanges = packRanges(ranges('reverse-passes'), numbers / (outputs * batchSize));
  const drawRanges = packRanges(ranges('label-draws'), numbers / (scoreNumbers(samples) * batchSize));
  const kept = [...passRanges, ...drawRanges].reduce((most, pass) => Math.max(most, elementsOf(pass)), 1);
  return {
    groups,
    inputs,
    ...labels,
    samples,
    jetRanges: ranges('forward-jets'),
    passRanges,
    drawRanges,
    passes,
    batchSize,
    bytesPerElement,
    cotangents: Math.max(1, Math.floor(elements / (Math.max(passes.cost.widest, kept) * batchSize))),
    directions: ({ cost, size }) => Math.max(1, Math.floor(elements / Math.max(cost.widest * batchSize, size))),
  };
}
