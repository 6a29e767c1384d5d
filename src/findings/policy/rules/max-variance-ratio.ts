import * as z from 'zod';
import { estimatorNames } from '../../../estimators/index.js';
import { layerRule } from '../rule.js';
import { varianceRatio } from '../variance-ratio.js';

const RATIO = 'expected a number > 0';
const LIMIT = `${RATIO}, or one for gradient, hessian or both such as {"hessian": 2}`;
const ratio = z.number(RATIO).positive(RATIO);

/** Limits by estimator. At least one is required: an empty object would pass whatever the variances are. */
const ratios = z
  .strictObject({ gradient: ratio.optional(), hessian: ratio.optional() })
  .refine((limits) => Object.keys(limits).length > 0, LIMIT);

/** Limits the extra draws that an estimator needs because the other one would be better. */
export const maxVarianceRatio = layerRule({
  help: 'largest ratio of the variance of Î₁ to that of Î₂; {"hessian": 2} limits the inverse ratio; layers to which Î₂ does not apply pass',
  limit: z.union([ratio, ratios], { error: LIMIT }),
  judge(layer, limit) {
    const limits = typeof limit === 'number' ? { gradient: limit } : limit;
    return estimatorNames.flatMap((name) => {
      const most = limits[name];
      return most === undefined ? [] : [varianceRatio(layer, name, most)];
    });
  },
});
