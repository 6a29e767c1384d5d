import { AuditError } from '../errors.js';
import { combineSpectra } from '../estimators/spectrum.js';
import { drawLabels } from '../estimators/draws.js';
import { type Kernels, type Tensor, type Values, sizeOf } from '../kernels/kernels.js';
import type { Likelihood } from '../likelihoods/likelihood.js';
import type { Batch, Dataset } from '../load/dataset.js';
import { outputCotangents } from '../program/cotangent.js';
import { type Trace, evaluate, uploadConstants } from '../program/evaluate.js';
import { outputJets } from '../program/jet.js';
import { type Program, type ValueId, valueOf } from '../program/program.js';
import { keyOf } from '../statistics/philox.js';
import { type Accumulator, DiagonalAccumulator, OuterAccumulator, type Sums } from './accumulate.js';
import { type Derivatives, type LabelledInput, contract } from './contract.js';
import { type Columns, type Moments, columnsFor, emptyMoments } from './moments.js';
import type { Group, Plan, PlannedWeight } from './plan.js';

export interface EstimateOptions {
  readonly likelihood: Likelihood;
  readonly noise: number;
  readonly samples: readonly number[];
  readonly seed: number;
  readonly inputs: number;
  readonly onProgress?: (inputs: number) => void;
}

export interface Estimates {
  readonly inputs: number;
  readonly columns: Columns;
  readonly sums: ReadonlyMap<PlannedWeight, Sums>;
  /** Seconds spent on label draws' share of the work, by group. */
  readonly contractionSeconds: ReadonlyMap<Group, number>;
}

/** Runs the whole audit of one program over a data set, batch by batch. @throws AuditError FA102 to FA105, FA207 */
export async function estimate(
  kernels: Kernels,
  program: Program,
  plan: Plan,
  dataset: Dataset,
  options: EstimateOptions,
): Promise<Estimates> {
  const estimation = new Estimation(kernels, program, plan, options);
  let inputs = 0;
  for await (const batch of dataset.batches(plan.batchSize, options.inputs)) {
    estimation.add(batch);
    inputs += batch.count;
    options.onProgress?.(inputs);
  }
  return estimation.finish(inputs);
}

class Estimation {
  readonly #kernels: Kernels;
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #options: EstimateOptions;
  readonly #columns: Columns;
  readonly #constants: Map<ValueId, Tensor>;
  readonly #accumulators = new Map<PlannedWeight, Accumulator>();
  readonly #seconds = new Map<Group, number>();

  constructor(kernels: Kernels, program: Program, plan: Plan, options: EstimateOptions) {
    this.#kernels = kernels;
    this.#program = program;
    this.#plan = plan;
    this.#options = options;
    this.#columns = columnsFor(options.samples);
    this.#constants = uploadConstants(kernels, program);
    for (const group of plan.groups) {
      for (const planned of group.weights) this.#accumulators.set(planned, this.#accumulator(planned, group));
    }
  }

  add(batch: Batch): void {
    const trace = evaluate(this.#kernels, this.#program, this.#constants, batch.values, batch.count);
    try {
      const labelled = this.#label(trace, batch);
      const cotangents = this.#reverse(trace);
      for (const group of this.#plan.groups) this.#addGroup(trace, group, labelled, cotangents.get(group.start));
      this.#kernels.free([...cotangents.values()]);
    } finally {
      trace.free();
    }
  }

  finish(inputs: number): Estimates {
    const sums = new Map([...this.#accumulators].map(([planned, accumulator]) => [planned, accumulator.finish()]));
    this.#kernels.free([...this.#constants.values()]);
    return { inputs, columns: this.#columns, sums, contractionSeconds: this.#seconds };
  }

  #accumulator({ route, weight }: PlannedWeight, { indices }: Group): Accumulator {
    if (route.kind === 'diagonal') return new DiagonalAccumulator(this.#columns, indices.length);
    return new OuterAccumulator(this.#kernels, this.#columns, weight.shape[0] as number, indices.length);
  }

  get #outputs(): number {
    return sizeOf(valueOf(this.#program, this.#program.output).shape);
  }

  /** Label distributions and draws of every input of the batch. */
  #label(trace: Trace, batch: Batch): LabelledInput[] {
    const { likelihood, noise, samples, seed } = this.#options;
    const { shape } = valueOf(this.#program, this.#program.output);
    const all = Float64Array.from(this.#kernels.read(trace.primal(this.#program.output)));
    const blocks = likelihood.blocks(shape);
    return Array.from({ length: batch.count }, (_, b) => {
      const input = batch.first + b;
      const h = all.subarray(b * this.#outputs, (b + 1) * this.#outputs);
      if (!h.every(Number.isFinite)) throw notFinite(input);
      const conditional = likelihood.at(h, { blockSize: this.#outputs / blocks, noise });
      const spectrum = combineSpectra(conditional.spectra());
      if (!Number.isFinite(spectrum.covarianceMax)) throw tooLarge(input);
      const { countable } = likelihood;
      const draws = drawLabels(conditional, { samples, blocks, countable, key: keyOf(seed), input });
      return { conditional, draws, spectrum };
    });
  }

  /** J of all units of the reversed groups, [O, B, units]. */
  #reverse(trace: Trace): Map<ValueId, Tensor> {
    const wanted = [...this.#plan.reversed].map(({ start }) => start);
    if (wanted.length === 0) return new Map();
    const outputs = Array.from({ length: this.#outputs }, (_, output) => output);
    return outputCotangents(trace, outputs, wanted);
  }

  #addGroup(trace: Trace, group: Group, labelled: readonly LabelledInput[], cotangents: Tensor | undefined): void {
    const units = group.indices.length;
    const moments = emptyMoments(this.#columns, trace.batch, units);
    if (cotangents) {
      const first = this.#fromCotangents(cotangents, trace.batch, units);
      this.#contract(group, moments, labelled, { first, second: null }, 0, units);
    } else {
      this.#push(trace, group, moments, labelled);
    }
    for (const planned of group.weights) {
      const { factor } = planned.route;
      const factors = factor === null ? null : this.#factors(trace, factor);
      this.#accumulators.get(planned)?.add(moments, factors);
    }
  }

  #push(trace: Trace, group: Group, moments: Moments, labelled: readonly LabelledInput[]): void {
    const step = this.#plan.directions(group);
    for (let from = 0; from < group.indices.length; from += step) {
      const indices = group.indices.slice(from, from + step);
      const jets = outputJets(trace, group.start, indices, group.order);
      const derivatives = { first: this.#fromJets(jets.first), second: jets.second && this.#fromJets(jets.second) };
      this.#kernels.free([jets.first, jets.second]);
      this.#contract(group, moments, labelled, derivatives, from, indices.length);
    }
  }

  #contract(
    group: Group,
    moments: Moments,
    labelled: readonly LabelledInput[],
    derivatives: { first: Derivatives; second: Derivatives | null },
    firstUnit: number,
    units: number,
  ): void {
    const begin = performance.now();
    contract(this.#columns, moments, labelled, derivatives, { firstUnit, units, outputs: this.#outputs });
    this.#seconds.set(group, (this.#seconds.get(group) ?? 0) + (performance.now() - begin) / 1000);
  }

  /** [D, B, O], or [D, 1, O] where inputs do not matter. */
  #fromJets(tensor: Tensor): Derivatives {
    const [, batch = 1, outputs = 1] = tensor.shape;
    const inputStride = batch === 1 ? 0 : outputs;
    return { values: this.#kernels.read(tensor), unitStride: batch * outputs, inputStride, outputStride: 1 };
  }

  /** [O, B, units]. */
  #fromCotangents(tensor: Tensor, batch: number, units: number): Derivatives {
    return { values: this.#kernels.read(tensor), unitStride: 1, inputStride: units, outputStride: batch * units };
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
