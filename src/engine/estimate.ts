import { setImmediate } from 'node:timers/promises';
import { drawLabels } from '../estimators/draws.js';
import { combineSpectra } from '../estimators/spectrum.js';
import type { Kernels, Tensor, Values } from '../kernels/kernels.js';
import type { Likelihood } from '../likelihoods/likelihood.js';
import type { Batch, Dataset } from '../load/datasets/dataset.js';
import { InputHash } from '../load/datasets/input-hash.js';
import { type Trace, evaluate, uploadConstants } from '../program/evaluate.js';
import type { Program, ValueId } from '../program/program.js';
import { keyOf } from '../statistics/philox.js';
import type { Accumulator, Sums } from './accumulators/accumulator.js';
import { DrawnLabelError, type DrawnLabelErrors } from './accumulators/drawn-label-error.js';
import { ElementwiseAccumulator } from './accumulators/elementwise-weights.js';
import { outerAccumulator } from './accumulators/outer-product.js';
import type { AuditedBatch, ContractionSeconds, Receiver, SquaredScores } from './derivatives/batch.js';
import type { LabelledInput } from './derivatives/contract.js';
import { forwardJets } from './derivatives/forward-jets.js';
import { labelDraws } from './derivatives/label-draws.js';
import { reversePasses } from './derivatives/reverse-passes.js';
import type { Columns, Moments } from './moments.js';
import { outputsNotFinite, varianceTooLarge } from './output-errors.js';
import { jetsOf, workOf } from './plan/cost-model.js';
import type { Group, Plan, PlannedWeight, UnitRange } from './plan/types.js';

export interface EstimateOptions {
  readonly likelihood: Likelihood;
  /** Standard deviation of the gaussian. */
  readonly noise: number;
  readonly seed: number;
  /** Whether batches carry the data set's own labels, for the empirical Fisher. */
  readonly labels: boolean;
  readonly onProgress?: (inputs: number) => void;
}

export interface Estimates<Result = Sums> {
  readonly inputs: number;
  /** Hash of the inputs' numbers. */
  readonly sha256: string;
  readonly columns: Columns;
  readonly sums: ReadonlyMap<PlannedWeight, Result>;
  /** Errors from label draws, by the path of the layer, where figures are estimates from label draws. */
  readonly drawnLabelErrors: ReadonlyMap<string, DrawnLabelErrors>;
  readonly contractionSeconds: Readonly<ContractionSeconds>;
}

/** Makes the accumulator that receives the moments of one weight. */
export type MakeAccumulator<Result> = (planned: PlannedWeight, group: Group, columns: Columns) => Accumulator<Result>;

/**
 * Runs the whole audit of one program over a data set, batch by batch.
 * @throws AuditError FA102 to FA105 for data, FA207 where numbers are not finite
 */
export const estimate = (
  kernels: Kernels,
  program: Program,
  plan: Plan,
  dataset: Dataset,
  options: EstimateOptions,
): Promise<Estimates> => {
  const make: MakeAccumulator<Sums> = ({ route, weight }, { indices, size }, columns) =>
    route.kind === 'diagonal'
      ? new ElementwiseAccumulator(columns, indices.length, indices.length < size)
      : outerAccumulator(kernels, columns, weight.shape[0]!, indices.length, plan.inputs);
  return estimateWith(make, kernels, program, plan, dataset, options);
};

/** The same with other accumulators. */
export async function estimateWith<Result>(
  make: MakeAccumulator<Result>,
  kernels: Kernels,
  program: Program,
  plan: Plan,
  dataset: Dataset,
  options: EstimateOptions,
): Promise<Estimates<Result>> {
  const estimation = new Estimation(make, kernels, program, plan, options);
  try {
    let inputs = 0;
    const hash = new InputHash();
    for await (const batch of dataset.batches(plan.batchSize, plan.inputs)) {
      const before = inputs;
      await estimation.add(batch, (share) => options.onProgress?.(before + share * batch.count));
      inputs += batch.count;
      hash.add(batch);
    }
    return { ...estimation.finish(inputs), sha256: hash.digest() };
  } finally {
    estimation.free();
  }
}

/** Milliseconds after which an interrupted run should end, unless one step takes longer. */
const LONGEST_BLOCK = 50;

class Estimation<Result> {
  readonly #kernels: Kernels;
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #options: EstimateOptions;
  readonly #columns: Columns;
  readonly #constants: Map<ValueId, Tensor>;
  readonly #accumulators = new Map<PlannedWeight, Accumulator<Result>>();
  readonly #drawnLabelErrors = new Map<string, DrawnLabelError>();
  readonly #seconds: ContractionSeconds = new Map();
  #paused = performance.now();

  constructor(make: MakeAccumulator<Result>, kernels: Kernels, program: Program, plan: Plan, options: EstimateOptions) {
    this.#kernels = kernels;
    this.#program = program;
    this.#plan = plan;
    this.#options = options;
    this.#columns = { samples: plan.samples, labels: options.labels };
    this.#constants = uploadConstants(kernels, program);
    for (const group of plan.groups) {
      for (const planned of group.weights) {
        this.#accumulators.set(planned, make(planned, group, this.#columns));
        if (!planned.exact) this.#drawnLabelErrors.set(planned.weight.layer, new DrawnLabelError(plan.labelDraws));
      }
    }
  }

  /** Adds some inputs; `progress` receives the share of them that is done. */
  async add(inputs: Batch, progress: (share: number) => void): Promise<void> {
    const trace = evaluate(this.#kernels, this.#program, this.#constants, inputs.values, inputs.count);
    try {
      const batch = {
        kernels: this.#kernels,
        plan: this.#plan,
        columns: this.#columns,
        trace,
        labelled: this.#label(trace, inputs),
        seconds: this.#seconds,
      };
      await this.#derive(batch, progress);
    } finally {
      trace.free();
    }
  }

  finish(inputs: number): Omit<Estimates<Result>, 'sha256'> {
    return {
      inputs,
      columns: this.#columns,
      sums: new Map([...this.#accumulators].map(([planned, accumulator]) => [planned, accumulator.finish()])),
      drawnLabelErrors: new Map([...this.#drawnLabelErrors].map(([layer, error]) => [layer, error.finish()])),
      contractionSeconds: this.#seconds,
    };
  }

  free(): void {
    this.#kernels.free([...this.#constants.values()]);
  }

  /** Label distributions and draws of every input. */
  #label(trace: Trace, inputs: Batch): LabelledInput[] {
    const { likelihood, noise, seed } = this.#options;
    const { outputs, blocks, countsDraws, drawRanges, labelDraws: all } = this.#plan;
    const samples = drawRanges.length > 0 ? [...this.#plan.samples, all] : this.#plan.samples;
    const values = Float64Array.from(this.#kernels.read(trace.primal(this.#program.output)));
    return Array.from({ length: inputs.count }, (_, b) => {
      const input = inputs.first + b;
      const h = values.subarray(b * outputs, (b + 1) * outputs);
      if (!h.every(Number.isFinite)) throw outputsNotFinite(input);
      const conditional = likelihood.at(h, { blockSize: outputs / blocks, noise });
      const spectrum = combineSpectra(conditional.spectra());
      if (!Number.isFinite(spectrum.covarianceMax)) throw varianceTooLarge(input);
      const draws = drawLabels(conditional, { samples, blocks, counted: countsDraws, key: keyOf(seed), input });
      const own = inputs.labels?.subarray(b * blocks, (b + 1) * blocks);
      return { conditional, draws, spectrum, own: own ? conditional.observed(own) : null };
    });
  }

  /** Computes the moments of all ranges, and adds each to the sums as soon as it is known. */
  async #derive(batch: AuditedBatch, progress: (share: number) => void): Promise<void> {
    const tasks = this.#tasks(batch);
    const all = tasks.reduce((sum, { work }) => sum + work, 0);
    let done = 0;
    for (const { work, run } of tasks) {
      await run({
        progress: (share) => {
          progress((done + share * work) / all);
          return this.#pause();
        },
        moments: (range, moments) => {
          this.#addMoments(batch.trace, range, moments);
        },
        scores: (range, scores) => {
          this.#addScores(batch.trace, range, scores);
        },
      });
      done += work;
    }
    for (const error of this.#drawnLabelErrors.values()) error.finishBatch();
  }

  /** Lets signals and timers have their turn, now and then. */
  async #pause(): Promise<void> {
    if (performance.now() - this.#paused < LONGEST_BLOCK) return;
    await setImmediate();
    this.#paused = performance.now();
  }

  /** Everything that is computed for one batch, each with its work for one example. */
  #tasks(batch: AuditedBatch): { work: number; run: (receiver: Receiver) => Promise<void> }[] {
    const { jetRanges, passRanges, drawRanges, passes } = this.#plan;
    const jetWork = (range: UnitRange): number => 1 + workOf(jetsOf(range));
    const work = 1 + workOf(passes);
    return [
      ...jetRanges.map((range) => ({ work: jetWork(range), run: forwardJets.bind(null, batch, range) })),
      ...passRanges.map((ranges) => ({ work, run: reversePasses.bind(null, batch, ranges) })),
      ...drawRanges.map((ranges) => ({ work, run: labelDraws.bind(null, batch, ranges) })),
    ];
  }

  #addScores(trace: Trace, range: UnitRange, scores: SquaredScores): void {
    for (const planned of range.group.weights) {
      this.#drawnLabelErrors.get(planned.weight.layer)?.add(planned, range, scores, this.#factorsOf(trace, planned));
    }
  }

  #addMoments(trace: Trace, { group, firstUnit }: UnitRange, moments: Moments): void {
    for (const planned of group.weights) {
      const factors = this.#factorsOf(trace, planned);
      this.#accumulators.get(planned)?.add(moments, factors, firstUnit);
    }
  }

  #factorsOf(trace: Trace, { route: { factor } }: PlannedWeight): Values | null {
    return factor === null ? null : this.#factors(trace, factor);
  }

  /** The factors a [B, n]; repeated for every input where they are the same for all. */
  #factors(trace: Trace, id: ValueId): Values {
    const tensor = trace.primal(id);
    const values = this.#kernels.read(tensor);
    if (tensor.shape[0] === trace.batch) return values;
    const all = new Float64Array(values.length * trace.batch);
    for (let b = 0; b < trace.batch; b++) all.set(values, b * values.length);
    return all;
  }
}
