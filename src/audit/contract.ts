import { type EstimatorName, estimatorNames, estimators } from '../estimators/index.js';
import type { Estimator } from '../estimators/estimator.js';
import type { Draws } from '../estimators/draws.js';
import type { Spectrum } from '../estimators/spectrum.js';
import type { Values } from '../kernels/kernels.js';
import type { Conditional } from '../likelihoods/likelihood.js';
import type { Columns, Moments } from './moments.js';

/** Everything about the labels of one input. */
export interface LabelledInput {
  readonly conditional: Conditional;
  readonly draws: Draws;
  readonly spectrum: Spectrum;
}

/** Derivatives of O outputs: element [unit·unitStride + input·inputStride + output·outputStride]. */
export interface Derivatives {
  readonly values: Values;
  readonly unitStride: number;
  readonly inputStride: number;
  readonly outputStride: number;
}

/**
 * Contracts derivatives with the label distributions of a batch: for every input and unit the exact information, and
 * for each estimator its variance, bounds, and what the draws gave. `units` derivatives go to `firstUnit` and on.
 * A null `second` means S = 0.
 */
export function contract(
  columns: Columns,
  moments: Moments,
  labelled: readonly LabelledInput[],
  derivatives: { first: Derivatives; second: Derivatives | null },
  range: { firstUnit: number; units: number; outputs: number },
): void {
  const j = new Float64Array(range.outputs);
  const s = new Float64Array(range.outputs);
  const one = new Contraction(columns, moments);
  labelled.forEach((input, b) => {
    for (let unit = 0; unit < range.units; unit++) {
      const at = b * moments.units + range.firstUnit + unit;
      const firstNorm = load(derivatives.first, b, unit, j);
      input.conditional.centre(j);
      const information = input.conditional.variance(j);
      (moments.quadratic[0] as Float64Array)[at] = information;
      one.estimate('gradient', input, j, firstNorm, information, at);
      if (derivatives.second === null) continue;
      const secondNorm = load(derivatives.second, b, unit, s);
      input.conditional.centre(s);
      one.estimate('hessian', input, s, secondNorm, information, at);
    }
  });
}

/** Copies one derivative vector; returns its squared norm. */
function load(from: Derivatives, input: number, unit: number, into: Float64Array): number {
  const { values, outputStride } = from;
  let norm = 0;
  for (let o = 0, k = unit * from.unitStride + input * from.inputStride; o < into.length; o++, k += outputStride) {
    const value = values[k] as number;
    into[o] = value;
    norm += value * value;
  }
  return norm;
}

/** Writes the columns of one estimator at one input and unit. */
class Contraction {
  readonly #columns: Columns;
  readonly #moments: Moments;
  #deviations = new Float64Array(64);

  constructor(columns: Columns, moments: Moments) {
    this.#columns = columns;
    this.#moments = moments;
  }

  estimate(
    name: EstimatorName,
    { conditional, draws, spectrum }: LabelledInput,
    derivative: Float64Array,
    squaredNorm: number,
    information: number,
    at: number,
  ): void {
    const estimator: Estimator = estimators[name];
    const { samples } = this.#columns;
    const index = estimatorNames.indexOf(name);
    const quartic = index * (3 + samples.length);
    const [lower, upper] = estimator.bounds(spectrum, squaredNorm);
    this.#write(quartic, at, estimator.variance(conditional, derivative, information));
    this.#write(quartic + 1, at, lower);
    this.#write(quartic + 2, at, upper);
    const deviations = this.#deviationsOf(estimator, conditional, draws, derivative, information);
    samples.forEach((count, n) => {
      const { mean, variance } = weighted(deviations, draws.counts[n] as Float64Array, count);
      (this.#moments.quadratic[1 + index * samples.length + n] as Float64Array)[at] = mean;
      this.#write(quartic + 3 + n, at, variance);
    });
  }

  #write(column: number, at: number, value: number): void {
    (this.#moments.quartic[column] as Float64Array)[at] = value;
  }

  #deviationsOf(
    estimator: Estimator,
    conditional: Conditional,
    { labels }: Draws,
    derivative: Float64Array,
    information: number,
  ): Float64Array {
    if (this.#deviations.length < labels.length) this.#deviations = new Float64Array(labels.length);
    for (let k = 0; k < labels.length; k++) {
      const projection = conditional.project(derivative, labels[k] as Float64Array);
      this.#deviations[k] = estimator.deviation(projection, information);
    }
    return this.#deviations;
  }
}

/** Mean and unbiased variance of values that occur `counts` times; the variance of one draw is left at 0. */
function weighted(values: Float64Array, counts: Float64Array, total: number): { mean: number; variance: number } {
  let sum = 0;
  for (let k = 0; k < counts.length; k++) sum += (counts[k] as number) * (values[k] as number);
  const mean = sum / total;
  let squares = 0;
  for (let k = 0; k < counts.length; k++) squares += (counts[k] as number) * ((values[k] as number) - mean) ** 2;
  return { mean, variance: total > 1 ? squares / (total - 1) : 0 };
}
