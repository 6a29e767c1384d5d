import type { EstimatorName } from '../../estimators/index.js';
import { type Spread, combinedSpread, effectiveCount, subsetError } from '../../statistics/sampling.js';
import type { SamplingError } from '../../statistics/interval.js';
import type { SampledWeight, SubsetValues } from '../../figures/subset-values.js';

/** The sampling errors of the ratios of two layers' figures. */
export interface RatioErrors {
  readonly information: SamplingError;
  readonly error: SamplingError;
}

/** A positive figure of a layer: a product of powers of sums over its parameters. */
interface Term {
  readonly values: (weight: SampledWeight) => Float64Array | null;
  readonly sum: number;
  readonly power: number;
}

/** Relative differences up to this may come from rounding in single precision. */
const ROUNDING = 1e-6;

type Side = readonly [values: SubsetValues, estimator: EstimatorName];

/**
 * Standard errors of the ratios head / base where both audits took the same parameters. The choice of the subset then moves
 * both figures alike. The logarithm of each ratio is expanded to first order, parameter by parameter, so that only
 * differences between the networks count (Cochran 1977, sections 2.11, 5.3 and 6.4). Null where the parameters differ.
 */
export function ratioErrors(base: Side, head: Side): RatioErrors | null {
  const weights = pairs(base[0], head[0]);
  if (weights === null) return null;
  return {
    information: spread(weights, informationOf(base), informationOf(head)),
    error: spread(weights, errorOf(base), errorOf(head)),
  };
}

const informationOf = ([{ information }]: Side): Term[] => [
  { values: (weight) => weight.information, sum: information, power: 1 },
];

const errorOf = ([{ squares, variances }, name]: Side): Term[] => [
  { values: (weight) => weight.variances[name], sum: variances[name], power: 0.5 },
  { values: ({ information }) => information.map((x) => x * x), sum: squares, power: -0.5 },
];

type Pair = readonly [base: SampledWeight, head: SampledWeight];

function pairs(base: SubsetValues, head: SubsetValues): Pair[] | null {
  if (base.weights.length !== head.weights.length) return null;
  const same = base.weights.every(({ parameters, indices }, k) => {
    const other = head.weights[k];
    return (
      other?.parameters === parameters &&
      other.indices.length === indices.length &&
      indices.every((index, place) => other.indices[place] === index)
    );
  });
  return same ? base.weights.map((weight, k): Pair => [weight, head.weights[k]!]) : null;
}

/** Weights are strata. */
function spread(weights: readonly Pair[], base: readonly Term[], head: readonly Term[]): SamplingError {
  const { error, tail, freedom } = combinedSpread(weights.map((pair) => ofWeight(pair, base, head)));
  if (!Number.isFinite(error)) return { relativeError: null, tail: null, freedom: 0 };
  return { relativeError: error < ROUNDING ? 0 : error, tail, freedom };
}

function ofWeight([before, after]: Pair, base: readonly Term[], head: readonly Term[]): Spread {
  const { parameters, indices } = before;
  // A subset in which nothing matters says nothing about the rest.
  if ([before, after].some(({ information }) => information.every((x) => x === 0)))
    return { error: Infinity, tail: Infinity, freedom: 0 };
  const count = indices.length;
  const influence = new Float64Array(count);
  const counts: number[] = [];
  const add = (weight: SampledWeight, terms: readonly Term[], sign: number): void => {
    for (const { values, sum, power } of terms) {
      const list = values(weight);
      // Where second derivatives are zero they are so in every parameter.
      if (list === null || list.every((x) => x === 0)) continue;
      counts.push(effectiveCount(list));
      for (let k = 0; k < count; k++) influence[k] = influence[k]! + (sign * power * list[k]!) / sum;
    }
  };
  add(before, base, -1);
  add(after, head, 1);
  const mean = influence.reduce((sum, x) => sum + x, 0) / count;
  const centred = influence.map((x) => parameters * (x - mean));
  return { ...subsetError(centred, parameters), freedom: Math.min(count, ...counts) - 1 };
}
