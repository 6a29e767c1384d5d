import { AuditError } from '../errors.js';
import { combineSpectra } from '../estimators/spectrum.js';
import { drawLabels } from '../estimators/draws.js';
import type { Kernels, Tensor, Values } from '../kernels/kernels.js';
import type { Likelihood } from '../likelihoods/likelihood.js';
import type { Batch, Dataset } from '../load/datasets/dataset.js';
import { InputHash } from '../load/datasets/input-hash.js';
import { type Trace, evaluate, uploadConstants } from '../program/evaluate.js';
import { type Program, type ValueId, valueOf } from '../program/program.js';
import { keyOf } from '../statistics/philox.js';
import type { Accumulator, Sums } from './accumulators/accumulator.js';
import { type AuditedBatch, type ContractionSeconds, outputsOf } from './derivatives/batch.js';
import type { LabelledInput } from './derivatives/contract.js';
import { DiagonalAccumulator } from './accumulators/elementwise.js';
import { drawParts } from './derivatives/label-draws.js';
import { type Columns, type Moments, columnsFor } from './moments.js';
import { outerAccumulator } from './accumulators/outer-product.js';
import type { Group, Plan, PlannedWeight, UnitRange } from './plan/types.js';
import { pullParts } from './derivatives/reverse-passes.js';
import { pushPart } from './derivatives/forward-jets.js';
import { DrawnSpread } from './accumulators/drawn-label-error.js';
import { walkWork } from './plan/cost-model.js';

export interface EstimateOptions {
  readonly likelihood: Likelihood;
  readonly noise: number;
  readonly samples: readonly number[];
  readonly seed: number;
  /** Whether batches carry the data set's own labels, for the empirical Fisher. */
  readonly labels: boolean;
  readonly inputs: number;
  readonly onProgress?: (inputs: number) => void;
}

export interface Estimates<Result = Sums> {
  readonly inputs: number;
  /** Hash of the inputs' numbers. */
  readonly sha256: string;
  readonly columns: Columns;
  readonly sums: ReadonlyMap<PlannedWeight, Result>;
  /** Standard errors of summed variances that are estimates. */
  readonly drawnErrors: ReadonlyMap<PlannedWeight, number>;
  readonly contractionSeconds: Readonly<ContractionSeconds>;
}

/** Makes what takes the moments of one weight. */
export type MakeAccumulator<Result> = (planned: PlannedWeight, group: Group, columns: Columns) => Accumulator<Result>;

/** Runs the whole audit of one program over a data set, batch by batch. @throws AuditError FA102 to FA105, FA207 */
export const estimate = (
  kernels: Kernels,
  program: Program,
  plan: Plan,
  dataset: Dataset,
  options: EstimateOptions,
): Promise<Estimates> => {
  const make: MakeAccumulator<Sums> = ({ route, weight }, { indices, size }, columns) =>
    route.kind === 'diagonal'
      ? new DiagonalAccumulator(columns, indices.length, indices.length < size)
      : outerAccumulator(kernels, columns, weight.shape[0]!, indices.length, options.inputs);
  return estimateWith(make, kernels, program, plan, dataset, options);
};

/** The same, with other things than sums made of the moments. */
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
    for await (const batch of dataset.batches(plan.batchSize, options.inputs)) {
      const before = inputs;
      estimation.add(batch, (share) => options.onProgress?.(before + share * batch.count));
      inputs += batch.count;
      hash.add(batch);
    }
    return { ...estimation.finish(inputs), sha256: hash.digest() };
  } finally {
    estimation.free();
  }
}

/** Takes the moments of a part as soon as they are known. */
type Emit = (part: UnitRange, moments: Moments) => void;

class Estimation<Result> {
  readonly #kernels: Kernels;
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #options: EstimateOptions;
  readonly #columns: Columns;
  readonly #constants: Map<ValueId, Tensor>;
  readonly #accumulators = new Map<PlannedWeight, Accumulator<Result>>();
  readonly #spreads = new Map<PlannedWeight, DrawnSpread>();
  readonly #seconds: ContractionSeconds = new Map();

  constructor(make: MakeAccumulator<Result>, kernels: Kernels, program: Program, plan: Plan, options: EstimateOptions) {
    this.#kernels = kernels;
    this.#program = program;
    this.#plan = plan;
    this.#options = options;
    this.#columns = columnsFor(options.samples, options.labels);
    this.#constants = uploadConstants(kernels, program);
    for (const group of plan.groups) {
      for (const planned of group.weights) {
        this.#accumulators.set(planned, make(planned, group, this.#columns));
        if (group.derivation === 'draw') this.#spreads.set(planned, new DrawnSpread(this.#columns));
      }
    }
  }

  /** Some inputs; `progress` is told the share of them that is done. */
  add(inputs: Batch, progress: (share: number) => void): void {
    const trace = evaluate(this.#kernels, this.#program, this.#constants, inputs.values, inputs.count);
    try {
      const labelled = this.#label(trace, inputs);
      const [kernels, plan, columns, seconds] = [this.#kernels, this.#plan, this.#columns, this.#seconds];
      this.#derive({ kernels, plan, columns, seconds, trace, labelled }, progress);
    } finally {
      trace.free();
    }
  }

  finish(inputs: number): Omit<Estimates<Result>, 'sha256'> {
    const sums = new Map([...this.#accumulators].map(([planned, accumulator]) => [planned, accumulator.finish()]));
    const drawnErrors = new Map([...this.#spreads].map(([planned, spread]) => [planned, spread.error()]));
    return { inputs, columns: this.#columns, sums, drawnErrors, contractionSeconds: this.#seconds };
  }

  free(): void {
    this.#kernels.free([...this.#constants.values()]);
  }

  /** Label distributions and draws of every input. */
  #label(trace: Trace, inputs: Batch): LabelledInput[] {
    const { likelihood, noise, seed } = this.#options;
    const { draws: labels, drawn } = this.#plan;
    const samples = drawn.length > 0 ? [...this.#options.samples, labels] : this.#options.samples;
    const { shape } = valueOf(this.#program, this.#program.output);
    const all = Float64Array.from(this.#kernels.read(trace.primal(this.#program.output)));
    const [blocks, outputs] = [likelihood.blocks(shape), outputsOf(trace)];
    return Array.from({ length: inputs.count }, (_, b) => {
      const input = inputs.first + b;
      const h = all.subarray(b * outputs, (b + 1) * outputs);
      if (!h.every(Number.isFinite)) throw notFinite(input);
      const conditional = likelihood.at(h, { blockSize: outputs / blocks, noise });
      const spectrum = combineSpectra(conditional.spectra());
      if (!Number.isFinite(spectrum.covarianceMax)) throw tooLarge(input);
      const { countable } = likelihood;
      const draws = drawLabels(conditional, { samples, blocks, countable, key: keyOf(seed), input });
      const own = inputs.labels?.subarray(b * blocks, (b + 1) * blocks);
      return { conditional, draws, spectrum, own: own ? conditional.observed(own) : null };
    });
  }

  /** Moments of all parts of all groups, each added to the sums as soon as it is known. */
  #derive(batch: AuditedBatch, progress: (share: number) => void): void {
    const { pushed, pulled, drawn, passes } = this.#plan;
    const pushing = ({ group: { cost }, units }: UnitRange): number => 1 + walkWork(cost) * units;
    const reverse = 1 + passes * walkWork(this.#plan.reverse);
    const tasks: { work: number; run: (tell: (share: number) => void, emit: Emit) => void }[] = [
      ...pushed.map((part) => ({ work: pushing(part), run: pushPart.bind(null, batch, part) })),
      ...pulled.map((parts) => ({ work: reverse, run: pullParts.bind(null, batch, parts) })),
      ...drawn.map((parts) => ({ work: reverse, run: drawParts.bind(null, batch, parts) })),
    ];
    const all = tasks.reduce((sum, { work }) => sum + work, 0);
    const emit: Emit = (part, moments) => {
      this.#addMoments(batch.trace, part, moments);
    };
    let done = 0;
    for (const { work, run } of tasks) {
      const before = done;
      run((share) => {
        progress((before + share * work) / all);
      }, emit);
      done += work;
    }
  }

  #addMoments(trace: Trace, { group, firstUnit }: UnitRange, moments: Moments): void {
    for (const planned of group.weights) {
      const { factor } = planned.route;
      const factors = factor === null ? null : this.#factors(trace, factor);
      this.#accumulators.get(planned)?.add(moments, factors, firstUnit);
      this.#spreads.get(planned)?.add(moments, planned.route, factors, firstUnit);
    }
  }

  /** The factors a [B, n], written out for every input also where they are the same for all. */
  #factors(trace: Trace, id: ValueId): Values {
    const tensor = trace.primal(id);
    const values = this.#kernels.read(tensor);
    if (tensor.shape[0] === trace.batch) return values;
    const all = new Float64Array(values.length * trace.batch);
    for (let b = 0; b < trace.batch; b++) all.set(values, b * values.length);
    return all;
  }
}

/** Poisson rates beyond e^350 or so, or gaussians of almost no width. */
const tooLarge = (input: number): AuditError =>
  new AuditError('FA207', {
    what: `the variance of the labels for input ${input} is too large a number to compute with`,
    fix: 'look at the scale of the data (--scale, --offset), at --likelihood and at --noise',
  });

const notFinite = (input: number): AuditError =>
  new AuditError('FA207', {
    what: `the network's outputs for input ${input} are not finite numbers`,
    fix: 'look at the scale of the data (--scale, --offset), or use --precision float64',
  });
