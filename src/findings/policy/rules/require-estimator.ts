import * as z from 'zod';
import { estimatorNames } from '../../../estimators/index.js';
import type { LayerReport } from '../../../results/report.js';
import { EQUAL_WITHIN } from '../../recommend.js';
import { type Decided, layerRule } from '../rule.js';
import { type VarianceRatioFinding, varianceRatio } from '../variance-ratio.js';

/** A ratio of variances, or the lack of one. */
export type RequireEstimatorFinding =
  | VarianceRatioFinding
  | (Decided & { readonly kind: 'no-information'; readonly parameters: LayerReport['parameters'] });

/** Requires an estimator, such as the one that a library has built in, to be the better one or as good as it. */
export const requireEstimator = layerRule({
  help: 'estimator that must be recommended, gradient or hessian; it passes if its variance is at most 1.5 times that of the other',
  limit: z.enum(estimatorNames, { error: 'expected gradient or hessian' }),
  judge(layer, limit): RequireEstimatorFinding[] {
    const { recommendation, parameters } = layer;
    if (recommendation.reason === 'no-information') {
      return [{ kind: 'no-information', outcome: 'inconclusive', limit, parameters }];
    }
    return [varianceRatio(layer, limit, EQUAL_WITHIN)];
  },
});
