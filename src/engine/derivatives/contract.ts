import { type EstimatorName, estimators } from '../../estimators/index.js';
import type { Estimator } from '../../estimators/estimator.js';
import type { Draws } from '../../estimators/draws.js';
import type { Spectrum } from '../../estimators/spectrum.js';
import type { Values } from '../../kernels/kernels.js';
import type { Conditional } from '../../likelihoods/likelihood.js';
import { type Columns, type Moments, boundOf, empirical, errorOf, sampleVarianceOf, varianceOf } from '../moments.js';

/** Everything about the labels of one input. */
export interface LabelledInput {
  readonly conditional: Conditional;
  readonly draws: Draws;
  readonly spectrum: Spectrum;
  /** The data set's own label, as `project` takes it; null where it is not asked for. */
  readonly own: Float64Array | null;
}

/** Derivatives of O outputs: element [unit·unitStride + input·inputStride + output·outputStride]. */
export interface Derivatives {
  readonly values: Values;
  readonly unitStride: number;
  readonly inputStride: number;
  readonly outputStride: number;
}

/** Where in the moments the derivatives belong: `units` of them from `firstUnit` on, of `outputs` numbers each. */
export interface Range {
  readonly firstUnit: number;
  readonly units: number;
  readonly outputs: number;
}

/**
 * Contracts the derivatives that an estimator is made of: its variance and bounds for every input and unit, and what
 * the draws gave. An estimator of first derivatives also writes the information Jᵀ I(h) J, which those of second ones
 * read: it comes first. So do the squared scores of the data set's own labels.
 */
export function contractEstimator(
  name: EstimatorName,
  columns: Columns,
  moments: Moments,
  labelled: readonly LabelledInput[],
  derivatives: Derivatives,
  range: Range,
): void {
  const estimator: Estimator = estimators[name];
  const informations = moments.quadratic[0]!;
  const own = columnsOf(name, columns, moments);
  const { samples } = columns;
  const deviations = new Float64Array(Math.max(...labelled.map(({ draws }) => draws.counts.at(-1)?.length ?? 0)));
  eachDerivative(moments, labelled, derivatives, range, (input, vector, norm, at) => {
    const { conditional, draws, spectrum } = input;
    if (estimator.derivative === 'first') {
      informations[at] = conditional.variance(vector);
      if (input.own) own.empirical![at] = conditional.project(vector, input.own, 0) ** 2;
    }
    const information = informations[at]!;
    own.variance[at] = estimator.variance(conditional, vector, information);
    [own.lower[at], own.upper[at]] = estimator.bounds(spectrum, norm) as [number, number];
    project(estimator, conditional, draws, vector, information, deviations);
    for (let n = 0; n < samples.length; n++) {
      const { mean, variance } = weighted(deviations, draws.counts[n]!, samples[n]!);
      own.errors[n]![at] = mean;
      own.sampleVariances[n]![at] = variance;
    }
  });
}

/** The columns that one estimator writes. */
function columnsOf(name: EstimatorName, { quadratic, quartic, samples }: Columns, moments: Moments) {
  const second = (column: string): Float64Array => moments.quadratic[quadratic.indexOf(column)]!;
  const fourth = (column: string): Float64Array => moments.quartic[quartic.indexOf(column)]!;
  return {
    empirical: moments.quadratic[quadratic.indexOf(empirical)],
    variance: fourth(varianceOf(name)),
    lower: fourth(boundOf(name, 'lower')),
    upper: fourth(boundOf(name, 'upper')),
    errors: samples.map((count) => second(errorOf(name, count))),
    sampleVariances: samples.map((count) => fourth(sampleVarianceOf(name, count))),
  };
}

/** Calls visit with every derivative vector, centred, its squared norm before that, and its place in the moments. */
function eachDerivative(
  moments: Moments,
  labelled: readonly LabelledInput[],
  from: Derivatives,
  { firstUnit, units, outputs }: Range,
  visit: (input: LabelledInput, vector: Float64Array, squaredNorm: number, at: number) => void,
): void {
  const vector = new Float64Array(outputs);
  for (let b = 0; b < labelled.length; b++) {
    const input = labelled[b]!;
    for (let unit = 0; unit < units; unit++) {
      const norm = load(from, b, unit, vector);
      input.conditional.centre(vector);
      visit(input, vector, norm, b * moments.units + firstUnit + unit);
    }
  }
}

/** Copies one derivative vector; returns its squared norm. */
function load(from: Derivatives, input: number, unit: number, into: Float64Array): number {
  const { values, outputStride } = from;
  let norm = 0;
  for (let o = 0, k = unit * from.unitStride + input * from.inputStride; o < into.length; o++, k += outputStride) {
    const value = values[k]!;
    into[o] = value;
    norm += value * value;
  }
  return norm;
}

/** What each label gives, less the information, into `deviations`. */
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

/** Mean and unbiased variance of values that occur `counts` times; the variance of one draw is left at 0. */
function weighted(values: Float64Array, counts: Float64Array, total: number): { mean: number; variance: number } {
  let sum = 0;
  for (let k = 0; k < counts.length; k++) sum += counts[k]! * values[k]!;
  const mean = sum / total;
  let squares = 0;
  for (let k = 0; k < counts.length; k++) squares += counts[k]! * (values[k]! - mean) ** 2;
  return { mean, variance: total > 1 ? squares / (total - 1) : 0 };
}
