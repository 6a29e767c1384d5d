import * as z from 'zod';
import { estimatorNames, estimators } from '../../../estimators/index.js';
import { layerRule } from '../rule.js';

/** The estimator that is built in must be one that the audit recommends. */
export const requireEstimator = layerRule({
  help: 'the estimator that must be recommended in a layer (or "either", which allows both): gradient or hessian',
  limit: z.enum(estimatorNames, { error: 'expected gradient or hessian' }),
  judge({ recommendation: { estimator, reason, text } }, limit) {
    const { symbol } = estimators[limit];
    if (reason === 'uncertain' || reason === 'no-information') return [{ outcome: 'inconclusive', text, limit }];
    if (estimator === limit || estimator === 'either')
      return [{ outcome: 'pass', text: `${symbol} is recommended`, limit }];
    return [
      {
        outcome: 'fail',
        text: `${symbol} is required, ${estimators[estimator].symbol} is recommended: ${text}`,
        limit,
      },
    ];
  },
});
