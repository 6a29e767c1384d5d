import type { Rates } from '../../kernels/calibrate.js';
import { forwardCost, traceSize } from '../../program/cost.js';
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

/** Time and memory of a planned audit on kernels with these rates. */
export function forecast(program: Program, plan: Plan, rates: Rates): Forecast {
  const walks: Walks[] = [
    { cost: forwardCost(program), count: 1 },
    { cost: plan.passes.cost, count: plan.passes.count * (plan.passRanges.length + plan.drawRanges.length) },
    ...plan.jetRanges.map(jetsOf),
  ];
  const sum = (f: (walks: Walks) => number): number => walks.reduce((total, walk) => total + f(walk), 0);
  const contraction = contractionSize(plan);
  const work = plan.groups.reduce(
    (total, { order, derivation, indices }) => total + indices.length * contractionWork(order, derivation, contraction),
    0,
  );
  const perInput =
    sum(({ cost, count }) => count * cost.productFlops) / rates.flopsPerSecond +
    sum(({ cost, count }) => count * cost.passes) / rates.elementsPerSecond +
    work / WORK_PER_SECOND;
  return {
    flopsPerInput: sum(({ cost, count }) => count * cost.flops),
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
