import { drawLabels } from '../estimators/draws.js';
import { float64 } from '../kernels/float64.js';
import { type Kernels, type Tensor, type Values, sizeOf } from '../kernels/kernels.js';
import type { Conditional, Likelihood } from '../likelihoods/likelihood.js';
import type { Batch } from '../load/datasets/dataset.js';
import { forwardCost, reverseCost } from '../program/cost.js';
import { cotangentsFrom } from '../program/cotangent.js';
import { type Trace, evaluate, uploadConstants } from '../program/evaluate.js';
import { heldElements } from '../program/liveness.js';
import { type Program, type ValueId, weightsOf } from '../program/program.js';
import { keyOf } from '../statistics/philox.js';
import { sumOfSquares, total } from './accumulators/accumulator.js';
import { ELEMENTS_PER_SECOND, WORK_PER_SECOND, workOf } from './plan/cost-model.js';
import { forecast } from './plan/forecast.js';
import { heldFor } from './plan/held-values.js';
import type { Plan, Route } from './plan/types.js';

/** What rounding does to the weight that it affects most. */
export interface PrecisionLoss {
  readonly layer: string;
  /** Relative error of its squared scores, summed over the weight: root mean square over the inputs compared. */
  readonly error: number;
}

/** An audit, and the inputs at which it is compared. */
export interface Compared {
  readonly program: Program;
  readonly plan: Plan;
  readonly inputs: Batch;
  readonly likelihood: Likelihood;
  /** Standard deviation of the gaussian. */
  readonly noise: number;
  readonly seed: number;
}

/** Inputs compared at most. A loss of digits comes from the sizes of numbers, which are alike at all inputs. */
const MOST_INPUTS = 2;
/** Shares of the time of the audit, and of its memory, that the comparison may take. */
const SHARE_OF_TIME = 0.02;
const SHARE_OF_MEMORY = 0.25;
/** Plain loops take so many times the time that the cost model predicts. */
const SLOWNESS = 40;

/** How many inputs can be compared at little cost; 0 where even one would take too much time or memory. */
export function comparableInputs(program: Program, plan: Plan, memory: number): number {
  const rates = { flopsPerSecond: WORK_PER_SECOND, elementsPerSecond: ELEMENTS_PER_SECOND };
  const time = SHARE_OF_TIME * forecast(program, plan, rates).seconds;
  const work = workOf({ count: 1, cost: forwardCost(program) }) + workOf({ count: 1, cost: reverseCost(program) });
  const parameters = weightsOf(program).reduce((sum, { weight }) => sum + sizeOf(weight.shape), 0);
  const cotangents = plan.groups.reduce((sum, { size }) => sum + size, 0);
  const room = (SHARE_OF_MEMORY * memory) / float64.bytesPerElement - parameters;
  const most = Math.min(
    plan.inputs,
    MOST_INPUTS,
    (time * WORK_PER_SECOND) / (SLOWNESS * work),
    room / (2 * heldElements(program, heldFor(program, plan.groups)) + cotangents),
  );
  return Math.max(0, Math.floor(most));
}

/**
 * Compares the squared scores of one drawn label for each input, computed by these kernels and in float64. Null where
 * outputs are not finite, which the audit itself reports.
 */
export function precisionLoss(kernels: Kernels, compared: Compared): PrecisionLoss | null {
  const [exact, rounded] = [new Scores(float64, compared), new Scores(kernels, compared)];
  try {
    if (!exact.finite || !rounded.finite) return null;
    const labels = exact.drawLabels();
    const scales = exact.residuals(labels).map(scaleOf);
    const found = rounded.squared(labels, scales);
    const losses = exact
      .squared(labels, scales)
      .map(({ layer, sums }, k) => ({ layer, error: errorOf(sums, found[k]!.sums) }));
    return losses.reduce<PrecisionLoss | null>((worst, one) => (one.error > (worst?.error ?? -1) ? one : worst), null);
  } finally {
    exact.free();
    rounded.free();
  }
}

/**
 * Makes the largest residual 1. Those of a confident classifier are tiny: their squares would underflow in float32, where
 * other inputs and labels decide the figures.
 */
function scaleOf(residual: Float64Array): number {
  const largest = residual.reduce((most, r) => Math.max(most, Math.abs(r)), 0);
  return largest === 0 ? 0 : 1 / largest;
}

/** Root mean square of the differences, relative to the mean; 0 where that is 0. */
function errorOf(exact: Float64Array, found: Float64Array): number {
  const mean = total(exact) / exact.length;
  const squares = sumOfSquares(exact.map((sum, b) => found[b]! - sum));
  return mean === 0 ? 0 : Math.sqrt(squares / exact.length) / mean;
}

/** Squared scores of one weight, summed over it: [B]. */
interface WeightScores {
  readonly layer: string;
  readonly sums: Float64Array;
}

/** The network at some inputs on some kernels. Must be freed. */
class Scores {
  readonly #kernels: Kernels;
  readonly #compared: Compared;
  readonly #constants: Map<ValueId, Tensor>;
  readonly #trace: Trace;
  readonly #conditionals: readonly Conditional[];
  readonly finite: boolean;

  constructor(kernels: Kernels, compared: Compared) {
    const { program, inputs, likelihood, noise } = compared;
    const { outputs, blocks } = compared.plan;
    this.#kernels = kernels;
    this.#compared = compared;
    const liveness = heldFor(program, compared.plan.groups);
    this.#constants = uploadConstants(kernels, program);
    this.#trace = evaluate(kernels, program, this.#constants, inputs.values, inputs.count, liveness);
    const h = Float64Array.from(kernels.read(this.#trace.primal(program.output)));
    this.finite = h.every(Number.isFinite);
    this.#conditionals = Array.from({ length: inputs.count }, (_, b) =>
      likelihood.at(h.subarray(b * outputs, (b + 1) * outputs), { blockSize: outputs / blocks, noise }),
    );
  }

  free(): void {
    this.#trace.free();
    this.#kernels.free([...this.#constants.values()]);
  }

  /** One label for each input, the first that the audit draws. */
  drawLabels(): Float64Array {
    const { plan, inputs, seed } = this.#compared;
    const labels = new Float64Array(inputs.count * plan.blocks);
    this.#conditionals.forEach((conditional, b) => {
      const settings = { samples: [1], blocks: plan.blocks, counted: false, key: keyOf(seed), input: inputs.first + b };
      labels.set(drawLabels(conditional, settings).labels, b * plan.blocks);
    });
    return labels;
  }

  /** Residuals of one label for each input. */
  residuals(labels: Float64Array): Float64Array[] {
    const { outputs, blocks } = this.#compared.plan;
    return this.#conditionals.map((conditional, b) => {
      const residual = new Float64Array(outputs);
      conditional.residual(labels, b * blocks, residual);
      return residual;
    });
  }

  /** Squared scores of one label for each input, whose residual is multiplied by a number first. */
  squared(labels: Float64Array, scales: readonly number[]): WeightScores[] {
    const { plan } = this.#compared;
    const starts = plan.groups.map(({ start }) => start);
    const seeds = this.#seeds(labels, scales);
    const cotangents = cotangentsFrom(this.#trace, seeds, starts);
    const scores = plan.groups.flatMap(({ start, weights }) => {
      const cotangent = cotangents.get(start);
      const units = cotangent ? this.#kernels.read(cotangent) : new Float64Array(this.#conditionals.length);
      return weights.map(({ weight, route }) => ({ layer: weight.layer, sums: this.#sums(route, units) }));
    });
    this.#kernels.free([seeds, ...cotangents.values()]);
    return scores;
  }

  #seeds(labels: Float64Array, scales: readonly number[]): Tensor {
    const { outputs } = this.#compared.plan;
    const seeds = new Float64Array(scales.length * outputs);
    this.residuals(labels).forEach((residual, b) => {
      const scaled = residual.map((r) => scales[b]! * r);
      seeds.set(scaled, b * outputs);
    });
    return this.#kernels.tensor(seeds, [1, scales.length, outputs]);
  }

  /** Sums of squares of a weight's scores, from those u of the units [B, n] and the factors a [B, m] or [1, m]. */
  #sums({ kind, factor }: Route, units: Values): Float64Array {
    const rows = rowsOf(units, this.#conditionals.length);
    if (factor === null) return Float64Array.from(rows, sumOfSquares);
    const primal = this.#trace.primal(factor);
    const factors = rowsOf(this.#kernels.read(primal), primal.shape[0]!);
    return Float64Array.from(rows, (u, b) => {
      const a = factors[factors.length === 1 ? 0 : b]!;
      return kind === 'outer' ? sumOfSquares(a) * sumOfSquares(u) : sumOfSquares(u.map((x, k) => a[k]! * x));
    });
  }
}

const rowsOf = (values: Values, count: number): Float64Array[] => {
  const size = values.length / count;
  return Array.from({ length: count }, (_, row) => new Float64Array(values.subarray(row * size, (row + 1) * size)));
};
