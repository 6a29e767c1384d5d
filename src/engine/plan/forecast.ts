import type { Rates } from '../../kernels/calibrate.js';
import { sizeOf } from '../../kernels/kernels.js';
import { forwardCost, traceSize } from '../../program/cost.js';
import { type Program, valueOf } from '../../program/program.js';
import { bytesOfParameter } from './parameter-budget.js';
import { heldByInput } from '../accumulators/outer-product.js';
import type { Group, Plan, PlannedWeight } from './types.js';

/** What an audit is expected to take. */
export interface Forecast {
  readonly flopsPerInput: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** What a forecast needs to know beside the plan. */
export interface ForecastRun {
  readonly inputs: number;
  readonly samples: readonly number[];
  readonly bytesPerElement: number;
  /** Labels of one input that are listed one by one; 0 where equal ones are counted. */
  readonly listed: number;
}

/** Contracting one derivative vector costs about this much for each output and estimator, and once besides. */
const SECONDS_PER_OUTPUT = 2.5e-8;
const SECONDS_PER_VECTOR = 5e-7;
/** Projecting a derivative vector onto a label that is listed by itself, for each output, and once besides. */
const SECONDS_PER_LABEL = 1e-8;
const SECONDS_PER_LABEL_OUTPUT = 1.5e-9;
/** Adding the powers of one score to their sums. */
const SECONDS_PER_DRAW = 2e-9;
/** Starting Node, loading the backend, reading files. */
const START_SECONDS = 0.55;
const START_BYTES = 130e6;
/** Intermediate tensors of a step that live at once. */
const STEP_TENSORS = 5;

/** Time and memory of a planned audit of `inputs` inputs at `samples` different sample counts. */
export function forecast(program: Program, plan: Plan, rates: Rates, run: ForecastRun): Forecast {
  const outputs = sizeOf(valueOf(program, program.output).shape);
  const walks = [
    { cost: forwardCost(program), count: 1 },
    { cost: plan.reverse, count: plan.passes * (plan.pulled.length + plan.drawn.length) },
    ...plan.pushed.map(({ group, units }) => ({ cost: group.cost, count: units })),
  ];
  const sum = (f: (walk: (typeof walks)[number]) => number): number =>
    walks.reduce((total, walk) => total + f(walk), 0);
  const secondsOf = ({ derivation, indices, order }: Group): number =>
    derivation === 'draw'
      ? indices.length * plan.draws * SECONDS_PER_DRAW
      : order *
        indices.length *
        (SECONDS_PER_VECTOR +
          outputs * SECONDS_PER_OUTPUT +
          run.listed * (SECONDS_PER_LABEL + outputs * SECONDS_PER_LABEL_OUTPUT));
  const perInput =
    sum(({ cost, count }) => count * cost.productFlops) / rates.flopsPerSecond +
    sum(({ cost, count }) => count * cost.passes) / rates.elementsPerSecond +
    plan.groups.reduce((total, group) => total + secondsOf(group), 0);
  return {
    flopsPerInput: sum(({ cost, count }) => count * cost.flops),
    seconds: START_SECONDS + run.inputs * perInput,
    bytes: START_BYTES + bytesOf(program, plan, run),
  };
}

function bytesOf(program: Program, plan: Plan, run: ForecastRun): number {
  const weights = plan.groups.flatMap((group) => group.weights);
  const parameters = weights.reduce((total, { weight }) => total + sizeOf(weight.shape), 0);
  const sums = plan.groups.flatMap((group) => group.weights.map((planned) => bytesOfSums(group, planned, run)));
  const step = Math.max(
    ...plan.groups.map(
      (group) => plan.batchSize * group.cost.widest * Math.min(plan.directions(group), group.indices.length),
    ),
  );
  return (
    (4 + run.bytesPerElement) * parameters +
    sums.reduce((total, bytes) => total + bytes, 0) +
    run.bytesPerElement * (STEP_TENSORS * step + plan.batchSize * traceSize(program))
  );
}

/** Sums over inputs: for each parameter; or factors and columns of each input, as `outerAccumulator` chooses. */
function bytesOfSums(
  { indices }: Group,
  { route, weight, audited }: PlannedWeight,
  { inputs, samples, bytesPerElement }: ForecastRun,
): number {
  if (route.kind === 'diagonal') return bytesOfParameter(samples) * audited;
  const columns = 1 + 2 * samples.length;
  const [factors, units] = [weight.shape[0]!, indices.length];
  return heldByInput(factors, units, inputs)
    ? inputs * (bytesPerElement * factors + 8 * columns * units)
    : 8 * columns * audited;
}
