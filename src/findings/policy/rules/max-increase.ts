import { maxSamples } from '../../../results/max-samples.js';
import * as z from 'zod';
import type { EstimatorName } from '../../../estimators/index.js';
import { type Baseline, atSamples, baselineLayer, isSameModel, layerIn } from '../../../results/baseline.js';
import { drawsAreEqual } from '../../../results/estimator-draws.js';
import { ratioSampling } from '../../compare/ratio.js';
import type { LayerReport, Report } from '../../../results/report.js';
import { positiveShare } from '../limit-schemas.js';
import { type Decided, type Measured, layerRule } from '../rule.js';
import { samplingOf } from '../layer-sampling.js';

const LIMIT = 'expected a number > 0, a percentage such as "10%", or {"limit": "10%", "floor": "1%"}';

const limits = z.strictObject({ limit: positiveShare, floor: positiveShare.optional() });

/** The relative error of the recommended estimator, and what it was in the baseline. */
export type MaxIncreaseFinding =
  | (Measured & {
      readonly estimator: EstimatorName;
      readonly samples: number;
      /** The error in the baseline, at the same count of draws. */
      readonly before: number;
    })
  | (Decided & {
      readonly kind: 'no-baseline' | 'not-in-baseline' | 'not-audited' | 'no-error' | 'same-model';
    });

/** Limits the growth of the error of the recommended estimator since the baseline. */
export const maxIncrease = layerRule({
  help: 'largest growth of the relative error, as a share of the error in the baseline: "10%", or {"limit": "10%", "floor": "1%"}; errors up to the floor pass',
  limit: z.union([positiveShare, limits], { error: LIMIT }),
  judge(layer, limit, { report, baseline }): MaxIncreaseFinding[] {
    const { limit: most, floor = 0 } = typeof limit === 'number' ? { limit } : limit;
    if (baseline === null) return [{ kind: 'no-baseline', outcome: 'inconclusive', limit: most }];
    return [growth(layer, baseline, report, most, floor)];
  },
});

function growth(
  layer: LayerReport,
  baseline: Baseline,
  { model, run }: Pick<Report, 'model' | 'run'>,
  limit: number,
  floor: number,
): MaxIncreaseFinding {
  const samples = maxSamples(run);
  const own = baselineLayer(layer);
  const known = layerIn(baseline, layer.name);
  if (known === undefined) return { kind: 'not-in-baseline', outcome: 'inconclusive', limit };
  const before = atSamples(known, baseline.samples, samples).relativeError;
  if (own.relativeError === null || before === null) return { kind: 'no-error', outcome: 'inconclusive', limit };
  if (isSameModel(baseline, { model })) {
    return { kind: 'same-model', outcome: 'pass', value: own.relativeError, limit };
  }
  return {
    ...ratioSampling(known, own),
    // Equal draws have no error, however few parameters were audited.
    ...(drawsAreEqual(own.estimator, layer.estimators[own.estimator]) && { relativeError: 0 }),
    kind: 'measured',
    value: own.relativeError,
    limit: Math.max(before * (1 + limit), floor),
    sense: 'at most',
    subset: samplingOf(layer).subset,
    estimator: own.estimator,
    samples,
    before,
  };
}
