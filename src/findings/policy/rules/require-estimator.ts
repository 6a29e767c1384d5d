import * as z from 'zod';
import { estimatorNames } from '../../../estimators/index.js';
import { EQUAL_WITHIN } from '../../recommend.js';
import { layerRule } from '../rule.js';
import { varianceRatio } from '../variance-ratio.js';

/** The estimator that is built in must be one that the audit recommends: the better one, or as good as it. */
export const requireEstimator = layerRule({
  help: 'the estimator that must be recommended in a layer (or "either", which allows both): gradient or hessian',
  limit: z.enum(estimatorNames, { error: 'expected gradient or hessian' }),
  judge(layer, limit) {
    const { reason, text } = layer.recommendation;
    if (reason === 'no-information') return [{ outcome: 'inconclusive', text, limit }];
    return [varianceRatio(layer, limit, EQUAL_WITHIN)];
  },
});
