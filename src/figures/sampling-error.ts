import { estimatorNames } from '../estimators/index.js';
import { type Spread, combinedSpread, effectiveCount, relativeSamplingError } from '../statistics/sampling.js';
import type { Estimates } from '../engine/estimate.js';
import type { LayerReport } from '../results/report.js';
import { noiseOfSquaredMean } from './information-noise.js';
import type { AuditedWeight, Totals } from './totals.js';

type Sampling = Pick<LayerReport, 'samplingError' | 'samplingFreedom'>;

const exactly: Spread = { error: 0, freedom: Infinity };

/**
 * Relative standard error of the layer's figures: from auditing a subset of the parameters, and from drawing labels.
 * Both are for the figure with the largest error.
 */
export function samplingErrorOf(own: readonly AuditedWeight[], totals: Totals, estimates: Estimates): Sampling {
  const subset = totals.audited === totals.parameters ? exactly : subsetSpread(own, totals, estimates);
  const drawn = totals.exact ? exactly : drawnLabelSpread(own, totals, estimates);
  const { error, freedom } = combinedSpread([subset, drawn]);
  return {
    samplingError: Number.isFinite(error) ? error : null,
    samplingFreedom: Number.isFinite(error) && Number.isFinite(freedom) ? freedom : null,
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
  const trace = { error: drawn.information.error / information, freedom: drawn.information.freedom };
  const noise = Math.sqrt(informationNoise / estimates.inputs) / norm;
  const ratio = { error: Math.hypot(drawn.variance.error / variance / 2, noise), freedom: drawn.variance.freedom };
  return trace.error > ratio.error ? trace : ratio;
}

const unknown: Spread = { error: Infinity, freedom: 0 };

/** The largest relative standard error that a subset causes in the layer's trace and relative errors. */
function subsetSpread(own: readonly AuditedWeight[], totals: Totals, estimates: Estimates): Spread {
  const { information } = totals.quadratic;
  if (information === 0) return unknown;
  const spreads = own.map((audited): Spread => {
    const { error, freedom } = weightSpread(audited, estimates);
    return { error: (audited.totals.quadratic.information / information) * error, freedom };
  });
  return combinedSpread(spreads);
}

/** The same for one weight. */
function weightSpread({ planned, sums, totals }: AuditedWeight, { inputs }: Estimates): Spread {
  const means = sums.means?.information;
  if (!means || totals.audited === totals.parameters) return { error: 0, freedom: Infinity };
  // A subset without any information says nothing about the rest.
  if (totals.quadratic.information === 0) return { error: NaN, freedom: 0 };
  const noises = sums.quarticMeans?.informationNoise;
  const squares = means.map((x, k) => x * x - noiseOfSquaredMean(noises?.[k] ?? 0, inputs));
  const variances = estimatorNames.flatMap((name) => sums.quarticMeans?.estimators[name].variance ?? []);
  const ratios = variances.map((values) =>
    relativeSamplingError(
      [
        { values, power: 0.5 },
        { values: squares, power: -0.5 },
      ],
      planned.parameters,
    ),
  );
  const error = Math.max(relativeSamplingError([{ values: means, power: 1 }], planned.parameters), ...ratios);
  // A variance that is zero everywhere is zero for every subset.
  const counted = [means, squares, ...variances.filter((values) => values.some((x) => x !== 0))];
  return { error, freedom: Math.min(...counted.map(effectiveCount)) - 1 };
}
