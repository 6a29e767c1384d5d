import { estimatorNames } from '../estimators/index.js';
import { sizeOf } from '../kernels/kernels.js';
import { type Spread, combinedSpread, effectiveCount, relativeSamplingError } from '../statistics/sampling.js';
import type { Estimates } from '../engine/estimate.js';
import { information, informationNoise, varianceOf } from '../engine/moments.js';
import type { LayerReport } from '../results/report.js';
import type { Audited, Totals } from './totals.js';

type Sampling = Pick<LayerReport, 'samplingError' | 'samplingFreedom'>;

/** Relative standard error of the layer's figures: from auditing a subset of the parameters, and from drawing labels. */
export function samplingErrorOf(own: readonly Audited[], totals: Totals, estimates: Estimates): Sampling {
  const subset = totals.audited === totals.parameters ? null : subsetSpread(own, totals, estimates);
  const drawn = totals.exact ? 0 : drawnError(own, totals, estimates);
  const error = subset === null ? 0 : subset.error;
  return {
    samplingError: drawn === null || !Number.isFinite(error) ? null : Math.hypot(error, drawn),
    samplingFreedom: subset === null || !Number.isFinite(subset.freedom) ? null : subset.freedom,
  };
}

/** What the luck of label draws does to √V₁ and to the norm of the information; null where it is all there is. */
function drawnError(own: readonly Audited[], totals: Totals, { drawnErrors, inputs }: Estimates): number | null {
  const norm = Math.sqrt(totals.squares(information));
  const variance = totals.quartic(varianceOf('gradient'));
  if (norm === 0 || variance === 0) return null;
  const error = Math.hypot(
    ...own.map(({ planned, totals: part }) => ((drawnErrors.get(planned) ?? 0) * part.parameters) / part.audited),
  );
  return Math.hypot(error / variance / 2, Math.sqrt(totals.quartic(informationNoise) / inputs) / norm);
}

const unknown: Spread = { error: Infinity, freedom: 0 };

/** The largest relative standard error of the layer's trace and relative errors that auditing a subset brings. */
function subsetSpread(own: readonly Audited[], totals: Totals, estimates: Estimates): Spread {
  if (totals.quadratic(information) === 0) return unknown;
  const spreads = own.map((audited): Spread => {
    const { error, freedom } = weightSpread(audited, estimates);
    return { error: (audited.totals.quadratic(information) / totals.quadratic(information)) * error, freedom };
  });
  return combinedSpread(spreads);
}

/** The same of one weight. */
function weightSpread({ planned, sums, totals }: Audited, { columns, inputs }: Estimates): Spread {
  const means = sums.means?.[0];
  if (!means || totals.audited === totals.parameters) return { error: 0, freedom: Infinity };
  // A subset in which nothing matters says nothing about the rest.
  if (totals.quadratic(information) === 0) return { error: NaN, freedom: 0 };
  const size = sizeOf(planned.weight.shape);
  const column = (name: string): Float64Array | undefined => sums.quarticMeans?.[columns.quartic.indexOf(name)];
  const noises = column(informationNoise);
  const squares = means.map((x, k) => x * x - (noises?.[k] ?? 0) / inputs);
  const variances = estimatorNames.flatMap((name) => column(varianceOf(name)) ?? []);
  const ratios = variances.map((values) =>
    relativeSamplingError(
      [
        { values, power: 0.5 },
        { values: squares, power: -0.5 },
      ],
      size,
    ),
  );
  const error = Math.max(relativeSamplingError([{ values: means, power: 1 }], size), ...ratios);
  // Zero variances are zero whatever was sampled.
  const counted = [means, squares, ...variances.filter((values) => values.some((x) => x !== 0))];
  return { error, freedom: Math.min(...counted.map(effectiveCount)) - 1 };
}
