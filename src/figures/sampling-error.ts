import { estimatorNames } from '../estimators/index.js';
import { type PowerTerm, type Spread, combinedSpread, effectiveCount, powerError } from '../statistics/sampling.js';
import type { Estimates } from '../engine/estimate.js';
import type { LayerReport } from '../results/report.js';
import { noiseOfSquaredMean } from './information-noise.js';
import type { AuditedWeight, Totals } from './totals.js';

type Sampling = Pick<LayerReport, 'samplingError' | 'samplingFreedom' | 'samplingTail'>;

const exactly: Spread = { error: 0, tail: 0, freedom: Infinity };

/**
 * Relative standard error of the layer's figures: from auditing a subset of the parameters, and from drawing labels.
 * Both are for the figure with the largest error.
 */
export function samplingErrorOf(own: readonly AuditedWeight[], totals: Totals, estimates: Estimates): Sampling {
  const subset = totals.audited === totals.parameters ? exactly : layerSpread(own, totals, estimates);
  const drawn = totals.exact ? exactly : drawnLabelSpread(own, totals, estimates);
  const { error, tail, freedom } = combinedSpread([subset, drawn]);
  return {
    samplingError: Number.isFinite(error) ? error : null,
    samplingFreedom: Number.isFinite(error) && Number.isFinite(freedom) ? freedom : null,
    samplingTail: Number.isFinite(tail) ? tail : null,
  };
}

/**
 * Relative standard error, from label draws, of the trace or of √V₁ / ‖I‖, whichever is larger; unknown where one of them
 * is zero. That of the norm is at most ‖δ‖ / ‖I‖ for errors δ, however these depend on each other (Cauchy-Schwarz).
 */
function drawnLabelSpread(own: readonly AuditedWeight[], totals: Totals, estimates: Estimates): Spread {
  const drawn = estimates.drawnLabelErrors.get(own[0]!.planned.weight.layer);
  const norm = Math.sqrt(totals.squares.information);
  const { information } = totals.quadratic;
  const { informationNoise, estimators } = totals.quartic;
  const { variance } = estimators.gradient;
  if (!drawn || norm === 0 || variance === 0 || information === 0) return unknown;
  const trace = { error: drawn.information.error / information, tail: 0, freedom: drawn.information.freedom };
  const noise = Math.sqrt(informationNoise / estimates.inputs) / norm;
  const error = Math.hypot(drawn.variance.error / variance / 2, noise);
  const ratio = { error, tail: 0, freedom: drawn.variance.freedom };
  return trace.error > ratio.error ? trace : ratio;
}

const unknown: Spread = { error: Infinity, tail: Infinity, freedom: 0 };

/** The largest error that a subset causes in the layer's trace and relative errors. */
function layerSpread(own: readonly AuditedWeight[], totals: Totals, estimates: Estimates): Spread {
  const { information } = totals.quadratic;
  if (information === 0) return unknown;
  const spreads = own.map((audited): Spread => {
    const { error, tail, freedom } = weightSpread(audited, estimates);
    const share = audited.totals.quadratic.information / information;
    return { error: share * error, tail: share * tail, freedom };
  });
  return combinedSpread(spreads);
}

/** The same for one weight. */
function weightSpread({ planned, sums, totals }: AuditedWeight, { inputs }: Estimates): Spread {
  const information = sums.means?.information;
  if (!information || totals.audited === totals.parameters) return exactly;
  // A subset without any information says nothing about the rest.
  if (totals.quadratic.information === 0) return { ...unknown, error: NaN };
  const noises = sums.quarticMeans?.informationNoise;
  const squares = information.map((x, k) => x * x - noiseOfSquaredMean(noises?.[k] ?? 0, inputs));
  const variances = estimatorNames.flatMap((name) => sums.quarticMeans?.estimators[name].variance ?? []);
  return subsetSpread({ information, squares, variances }, planned.parameters);
}

/** Means over the inputs for each parameter of a subset. */
export interface SubsetMeans {
  readonly information: Float64Array;
  /** Squared means of the information, without the noise of estimates. */
  readonly squares: Float64Array;
  /** Of each estimator. */
  readonly variances: readonly Float64Array[];
}

/** The largest error that a random subset of a weight's parameters causes in its trace and relative errors. */
export function subsetSpread({ information, squares, variances }: SubsetMeans, parameters: number): Spread {
  const figures: PowerTerm[][] = [
    [{ values: information, power: 1 }],
    ...variances.map((values) => [
      { values, power: 0.5 },
      { values: squares, power: -0.5 },
    ]),
  ];
  const errors = figures.map((terms) => powerError(terms, parameters));
  // A variance that is zero everywhere is zero for every subset.
  const counted = [information, squares, ...variances.filter((values) => values.some((x) => x !== 0))];
  return {
    error: Math.max(...errors.map(({ error }) => error)),
    tail: Math.max(...errors.map(({ tail }) => tail)),
    freedom: Math.min(...counted.map(effectiveCount)) - 1,
  };
}
