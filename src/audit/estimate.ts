import { AuditError } from '../errors.js';
import { type EstimatorName, estimatorNames, estimators } from '../estimators/index.js';
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
import { type Derivatives, type LabelledInput, contractEstimator } from './contract.js';
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
  /** Seconds spent contracting derivatives with label distributions and draws. */
  readonly contractionSeconds: ReadonlyMap<Group, Readonly<Record<EstimatorName, number>>>;
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
  try {
    let inputs = 0;
    for await (const batch of dataset.batches(plan.batchSize, options.inputs)) {
      const before = inputs;
      estimation.add(batch, (share) => options.onProgress?.(before + share * batch.count));
      inputs += batch.count;
    }
    return estimation.finish(inputs);
  } finally {
    estimation.free();
  }
}

class Estimation {
  readonly #kernels: Kernels;
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #options: EstimateOptions;
  readonly #columns: Columns;
  readonly #constants: Map<ValueId, Tensor>;
  readonly #accumulators = new Map<PlannedWeight, Accumulator>();
  readonly #seconds = new Map<Group, Record<EstimatorName, number>>();

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

  /** One batch; `progress` is told the share of it that is done. */
  add(batch: Batch, progress: (share: number) => void): void {
    const trace = evaluate(this.#kernels, this.#program, this.#constants, batch.values, batch.count);
    try {
      const labelled = this.#label(trace, batch);
      const reversed = this.#reverse(trace);
      const work = ({ cost, indices }: Group): number => (1 + cost.flops) * indices.length;
      const all = this.#plan.groups.reduce((sum, group) => sum + work(group), 0);
      let done = 0;
      for (const group of this.#plan.groups) {
        const before = done;
        this.#addGroup(trace, group, labelled, reversed.get(group.start), (share) => {
          progress((before + share * work(group)) / all);
        });
        done += work(group);
      }
    } finally {
      trace.free();
    }
  }

  finish(inputs: number): Estimates {
    const sums = new Map([...this.#accumulators].map(([planned, accumulator]) => [planned, accumulator.finish()]));
    return { inputs, columns: this.#columns, sums, contractionSeconds: this.#seconds };
  }

  free(): void {
    this.#kernels.free([...this.#constants.values()]);
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

  /** J of all units of the reversed groups, [O, B, units], as many outputs at a time as fit into a step. */
  #reverse(trace: Trace): Map<ValueId, Derivatives> {
    const wanted = [...this.#plan.reversed].map(({ start }) => start);
    const found = new Map<ValueId, Float64Array>();
    for (let from = 0; wanted.length > 0 && from < this.#outputs; from += this.#plan.cotangents) {
      const outputs = Array.from({ length: Math.min(this.#plan.cotangents, this.#outputs - from) }, (_, k) => from + k);
      const cotangents = outputCotangents(trace, outputs, wanted);
      for (const [start, tensor] of cotangents) {
        const part = this.#kernels.read(tensor);
        const size = part.length / outputs.length;
        const all = found.get(start) ?? new Float64Array(size * this.#outputs);
        found.set(start, all);
        all.set(part, from * size);
      }
      this.#kernels.free([...cotangents.values()]);
    }
    return new Map(
      [...found].map(([start, values]) => {
        const unitsOfBatch = values.length / this.#outputs;
        const inputStride = unitsOfBatch / trace.batch;
        return [start, { values, unitStride: 1, inputStride, outputStride: unitsOfBatch }];
      }),
    );
  }

  #addGroup(
    trace: Trace,
    group: Group,
    labelled: readonly LabelledInput[],
    reversed: Derivatives | undefined,
    progress: (share: number) => void,
  ): void {
    const units = group.indices.length;
    const moments = emptyMoments(this.#columns, trace.batch, units);
    if (reversed) this.#contract(group, moments, labelled, { first: reversed, second: null }, 0, units);
    else this.#push(trace, group, moments, labelled, progress);
    for (const planned of group.weights) {
      const { factor } = planned.route;
      const factors = factor === null ? null : this.#factors(trace, factor);
      this.#accumulators.get(planned)?.add(moments, factors);
    }
  }

  #push(
    trace: Trace,
    group: Group,
    moments: Moments,
    labelled: readonly LabelledInput[],
    progress: (share: number) => void,
  ): void {
    const step = this.#plan.directions(group);
    for (let from = 0; from < group.indices.length; from += step) {
      const indices = group.indices.slice(from, from + step);
      const jets = outputJets(trace, group.start, indices, group.order);
      const derivatives = { first: this.#fromJets(jets.first), second: jets.second && this.#fromJets(jets.second) };
      this.#kernels.free([jets.first, jets.second]);
      this.#contract(group, moments, labelled, derivatives, from, indices.length);
      progress((from + indices.length) / group.indices.length);
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
    const range = { firstUnit, units, outputs: this.#outputs };
    const seconds = this.#seconds.get(group) ?? { gradient: 0, hessian: 0 };
    this.#seconds.set(group, seconds);
    for (const name of estimatorNames) {
      const own = derivatives[estimators[name].derivative];
      if (own === null) continue;
      const begin = performance.now();
      contractEstimator(name, this.#columns, moments, labelled, own, range);
      seconds[name] += (performance.now() - begin) / 1000;
    }
  }

  /** [D, B, O], or [D, 1, O] where inputs do not matter. */
  #fromJets(tensor: Tensor): Derivatives {
    const [, batch = 1, outputs = 1] = tensor.shape;
    const inputStride = batch === 1 ? 0 : outputs;
    return { values: this.#kernels.read(tensor), unitStride: batch * outputs, inputStride, outputStride: 1 };
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
