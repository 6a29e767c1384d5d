import type { Rates } from '../../kernels/calibrate.js';
import { type Cost, forwardCost, traceSize } from '../../program/cost.js';
import type { Program } from '../../program/program.js';
import { heldByInput } from '../accumulators/outer-product.js';
import { quadraticCount } from '../moments.js';
import {
  START_BYTES,
  START_SECONDS,
  STEP_TENSORS,
  WORK_PER_SECOND,
  contractionSize,
  contractionWork,
  jetsOf,
} from './cost-model.js';
import { bytesPerParameter } from './parameter-budget.js';
import type { Group, Plan, PlannedWeight, Walks } from './types.js';

/** What an audit is expected to take. */
export interface Forecast {
  readonly flopsPerInput: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** The walks for the outputs and their derivatives, which any number of label draws shares. */
const sharedWalks = (program: Program, plan: Plan): Walks[] => [
  { cost: forwardCost(program), count: 1 },
  { cost: plan.passes.cost, count: plan.passes.count * plan.passRanges.length },
  ...plan.jetRanges.map(jetsOf),
];

const sumOf = (walks: readonly Walks[], f: (cost: Cost) => number): number =>
  walks.reduce((total, { cost, count }) => total + count * f(cost), 0);

/** Floating-point operations at one input for the outputs and their derivatives, without label draws. */
export const sharedFlops = (program: Program, plan: Plan): number =>
  sumOf(sharedWalks(program, plan), ({ flops }) => flops);

/** Time and memory of a planned audit on kernels with these rates. */
export function forecast(program: Program, plan: Plan, rates: Rates): Forecast {
  const drawWalks = { cost: plan.passes.cost, count: plan.passes.count * plan.drawRanges.length };
  const walks = [...sharedWalks(program, plan), drawWalks];
  const contraction = contractionSize(plan);
  const work = plan.groups.reduce(
    (total, { order, derivation, indices }) => total + indices.length * contractionWork(order, derivation, contraction),
    0,
  );
  const perInput =
    sumOf(walks, ({ productFlops }) => productFlops) / rates.flopsPerSecond +
    sumOf(walks, ({ passes }) => passes) / rates.elementsPerSecond +
    work / WORK_PER_SECOND;
  return {
    flopsPerInput: sumOf(walks, ({ flops }) => flops),
    seconds: START_SECONDS + plan.inputs * perInput,
    bytes: START_BYTES + bytesOf(program, plan),
  };
}

function bytesOf(program: Program, plan: Plan): number {
  const weights = plan.groups.flatMap((group) => group.weights.map((planned) => ({ group, planned })));
  const parameters = weights.reduce((total, { planned }) => total + planned.parameters, 0);
  const sums = weights.reduce((total, { group, planned }) => total + bytesOfSums(group, planned, plan), 0);
  const step = Math.max(
    ...plan.groups.map(
      (group) => plan.batchSize * group.cost.widest * Math.min(plan.directions(group), group.indices.length),
    ),
  );
  return (
    (4 + plan.bytesPerElement) * parameters +
    sums +
    plan.bytesPerElement * (STEP_TENSORS * step + plan.batchSize * traceSize(program))
  );
}

/** Sums over inputs: for each parameter; or factors and columns of each input, as `outerAccumulator` chooses. */
function bytesOfSums(
  { indices }: Group,
  { route, weight, audited }: PlannedWeight,
  { inputs, samples, bytesPerElement }: Plan,
): number {
  if (route.kind === 'diagonal') return bytesPerParameter(samples) * audited;
  const columns = quadraticCount({ samples, labels: false });
  const [factors, units] = [weight.shape[0]!, indices.length];
  return heldByInput(factors, units, inputs)
    ? inputs * (bytesPerElement * factors + 8 * columns * units)
    : 8 * columns * audited;
}
