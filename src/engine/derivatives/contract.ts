import { type EstimatorName, estimators } from '../../estimators/index.js';
import type { Estimator } from '../../estimators/estimator.js';
import type { Draws } from '../../estimators/draws.js';
import type { Spectrum } from '../../estimators/spectrum.js';
import type { Values } from '../../kernels/kernels.js';
import type { Conditional } from '../../likelihoods/likelihood.js';
import type { Columns, Moments } from '../moments.js';

/** Everything about the labels of one input. */
export interface LabelledInput {
  readonly conditional: Conditional;
  readonly draws: Draws;
  readonly spectrum: Spectrum;
  /** The data set's own label, in the form that `project` takes; null without labels. */
  readonly own: Float64Array | null;
}

/** Derivatives of O outputs: element [unit·unitStride + input·inputStride + output·outputStride]. */
export interface Derivatives {
  readonly values: Values;
  readonly unitStride: number;
  readonly inputStride: number;
  readonly outputStride: number;
}

/** Where derivatives belong in the moments: `units` of them from `firstUnit` on, of `outputs` numbers each. */
export interface UnitSpan {
  readonly firstUnit: number;
  readonly units: number;
  readonly outputs: number;
}

/**
 * Contracts the derivatives that an estimator consists of, for every input and unit: its variance and bounds, and its
 * mean and variance over the draws. The estimator of first derivatives comes first, since it also writes the information
 * Jᵀ I(h) J, which the other one reads. It writes the squared scores of the data set's own labels as well.
 */
export function contractEstimator(
  name: EstimatorName,
  columns: Columns,
  moments: Moments,
  labelled: readonly LabelledInput[],
  derivatives: Derivatives,
  span: UnitSpan,
): void {
  const estimator: Estimator = estimators[name];
  const { information: informations, empirical } = moments;
  const { variance: variances, lower, upper, sampleVariances } = moments.estimators[name];
  const errors = moments.errors[name];
  const { samples } = columns;
  const deviations = new Float64Array(Math.max(...labelled.map(({ draws }) => draws.counts.at(-1)?.length ?? 0)));
  eachDerivative(moments, labelled, derivatives, span, (input, vector, norm, at) => {
    const { conditional, draws, spectrum } = input;
    if (estimator.derivative === 'first') {
      informations[at] = conditional.variance(vector);
      if (input.own && empirical) empirical[at] = conditional.project(vector, input.own, 0) ** 2;
    }
    const information = informations[at]!;
    variances[at] = estimator.variance(conditional, vector, information);
    [lower[at], upper[at]] = estimator.bounds(spectrum, norm) as [number, number];
    project(estimator, conditional, draws, vector, information, deviations);
    for (let n = 0; n < samples.length; n++) {
      const { mean, variance } = meanAndVariance(deviations, draws.counts[n]!, samples[n]!);
      errors[n]![at] = mean;
      sampleVariances[n]![at] = variance;
    }
  });
}

/** Calls `visit` with every centred derivative vector, its squared norm before centring, and its place in the moments. */
function eachDerivative(
  moments: Moments,
  labelled: readonly LabelledInput[],
  from: Derivatives,
  { firstUnit, units, outputs }: UnitSpan,
  visit: (input: LabelledInput, vector: Float64Array, squaredNorm: number, at: number) => void,
): void {
  const vector = new Float64Array(outputs);
  for (let b = 0; b < labelled.length; b++) {
    const input = labelled[b]!;
    for (let unit = 0; unit < units; unit++) {
      const norm = readVector(from, b, unit, vector);
      input.conditional.centre(vector);
      visit(input, vector, norm, b * moments.units + firstUnit + unit);
    }
  }
}

/** Copies one derivative vector, and returns its squared norm. */
function readVector(from: Derivatives, input: number, unit: number, into: Float64Array): number {
  const { values, outputStride } = from;
  let norm = 0;
  for (let o = 0, k = unit * from.unitStride + input * from.inputStride; o < into.length; o++, k += outputStride) {
    const value = values[k]!;
    into[o] = value;
    norm += value * value;
  }
  return norm;
}

/** Writes the value of the estimator at each label, minus the information, into `deviations`. */
function project(
  estimator: Estimator,
  conditional: Conditional,
  { labels, counts }: Draws,
  vector: Float64Array,
  information: number,
  deviations: Float64Array,
): void {
  const count = counts.at(-1)?.length ?? 0;
  const blocks = labels.length / count;
  for (let k = 0; k < count; k++) {
    deviations[k] = estimator.deviation(conditional.project(vector, labels, k * blocks), information);
  }
}

/** Mean and unbiased variance of values that occur `counts` times, `total` in all; the variance of one draw is 0. */
function meanAndVariance(
  values: Float64Array,
  counts: Float64Array,
  total: number,
): { mean: number; variance: number } {
  let sum = 0;
  for (let k = 0; k < counts.length; k++) sum += counts[k]! * values[k]!;
  const mean = sum / total;
  let squares = 0;
  for (let k = 0; k < counts.length; k++) squares += counts[k]! * (values[k]! - mean) ** 2;
  return { mean, variance: total > 1 ? squares / (total - 1) : 0 };
}
