import { maxSamples } from '../../../results/max-samples.js';
import * as z from 'zod';
import type { EstimatorName } from '../../../estimators/index.js';
import type { LayerReport } from '../../../results/report.js';
import { drawsAreEqual } from '../../../results/estimator-draws.js';
import { usedEstimator } from '../../../results/used-estimator.js';
import { drawsForError, errorAtDraws } from '../../../statistics/draw-counts.js';
import { positiveShare } from '../limit-schemas.js';
import { type Decided, type Measured, layerRule } from '../rule.js';
import { samplingOf } from '../layer-sampling.js';

const LIMIT = 'expected a number > 0, a percentage such as "10%", or one for each count of draws such as {"64": "10%"}';
const COUNTS = 'expected counts of draws as keys, such as "64"';

/** The relative error of the recommended estimator at a count of draws. */
export type MaxErrorFinding =
  | (Measured & {
      readonly estimator: EstimatorName;
      readonly samples: number;
      /** Draws that would reach the limit. */
      readonly needed: number;
    })
  | (Decided & { readonly kind: 'no-information' | 'too-few-labels' });

/** Limits by count of draws. At least one is required: an empty object would pass whatever the errors are. */
const counts = z
  .record(z.string().regex(/^[1-9]\d{0,8}$/, COUNTS), positiveShare)
  .refine((limits) => Object.keys(limits).length > 0, LIMIT);

/** Limits the error of the recommended estimator, at the largest sample count or at the counts that are named. */
export const maxError = layerRule({
  help: 'largest relative error of the recommended estimator at the largest sample count, or {"64": "10%"} at the counts named',
  limit: z.union([positiveShare, counts], { error: LIMIT }),
  judge(layer, limit, { report }): MaxErrorFinding[] {
    const last = maxSamples(report.run);
    const limits = typeof limit === 'number' ? [[String(last), limit] as const] : Object.entries(limit);
    return limits.map(([samples, most]) => atCount(layer, Number(samples), most));
  },
});

function atCount(layer: LayerReport, samples: number, limit: number): MaxErrorFinding {
  const estimator = usedEstimator(layer);
  const run = layer.estimators[estimator].runs.at(-1);
  if (run?.relativeError == null) return withoutError(layer, limit);
  const error = errorAtDraws(run.relativeError, run.samples, samples);
  return {
    ...samplingOf(layer),
    ...(drawsAreEqual(estimator, layer.estimators[estimator]) && { relativeError: 0 }),
    kind: 'measured',
    value: error,
    limit,
    sense: 'at most',
    estimator,
    samples,
    needed: drawsForError(error, samples, limit),
  };
}

const withoutError = ({ fisher, estimators: { gradient } }: LayerReport, limit: number): MaxErrorFinding => ({
  kind: fisher.trace === 0 || gradient.exact ? 'no-information' : 'too-few-labels',
  outcome: 'inconclusive',
  limit,
});
