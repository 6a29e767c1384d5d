import * as z from 'zod';
import { estimators } from '../../../estimators/index.js';
import { percentsApart, plural } from '../../../text/format-numbers.js';
import type { LayerReport } from '../../../results/report.js';
import { usedEstimator } from '../../../results/used-estimator.js';
import { positiveShare } from '../limits.js';
import { type Finding, layerRule } from '../rule.js';
import { samplingOf } from '../sampling.js';

const LIMIT = 'expected a number > 0, a percentage such as "10%", or one for each count of draws such as {"64": "10%"}';
const COUNTS = 'expected counts of draws as keys, such as "64"';

/** At least one: limits for none would pass whatever the errors are. */
const counts = z
  .record(z.string().regex(/^[1-9]\d{0,8}$/, COUNTS), positiveShare)
  .refine((limits) => Object.keys(limits).length > 0, LIMIT);

/** The error of the recommended estimator; at the largest sample count, or at those that are named. */
export const maxError = layerRule({
  help: 'largest relative error of the recommended estimator: at the largest sample count, or {"64": "10%"} at those named',
  limit: z.union([positiveShare, counts], { error: LIMIT }),
  judge(layer, limit, { report }) {
    const last = report.run.samples.at(-1) ?? 1;
    const limits = typeof limit === 'number' ? [[String(last), limit] as const] : Object.entries(limit);
    return limits.map(([samples, most]) => atCount(layer, Number(samples), most));
  },
});

function atCount(layer: LayerReport, samples: number, limit: number): Finding {
  const name = usedEstimator(layer);
  const run = layer.estimators[name].runs.at(-1);
  if (run?.relativeError == null) return { outcome: 'inconclusive', text: withoutError(layer), limit };
  // Errors fall with the square root of the number of draws.
  const error = run.relativeError * Math.sqrt(run.samples / samples);
  const certain = error === 0 && (name === 'hessian' || layer.estimators.gradient.exact);
  const needed = Math.ceil(samples * (error / limit) ** 2 * (1 - 1e-12));
  const [own, most] = percentsApart(error, limit);
  return {
    ...samplingOf(layer),
    ...(certain && { relativeError: 0 }),
    ...{ value: error, limit, sense: 'at most', limitText: most },
    says: (margin) => `relative error ${own}${margin} at ${plural(samples, 'draw')}`,
    remedy: `${plural(needed, 'draw')} of ${estimators[name].symbol} would reach it`,
  };
}

const withoutError = ({ fisher, estimators: { gradient } }: LayerReport): string =>
  fisher.trace === 0 || gradient.exact
    ? 'its Fisher information is zero, so no relative error exists · look into the layer, or leave it out of the rule'
    : 'too few labels were drawn to tell its relative error · more of them (--samples) or more inputs would decide it';
