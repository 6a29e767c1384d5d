import * as z from 'zod';
import { estimatorNames } from '../../../estimators/index.js';
import { layerRule } from '../rule.js';
import { varianceRatio } from '../variance-ratio.js';

const RATIO = 'expected a number > 0';
const LIMIT = `${RATIO}, or one for gradient, hessian or both such as {"hessian": 2}`;
const ratio = z.number(RATIO).positive(RATIO);

/** At least one: limits for neither would pass whatever the variances are. */
const ratios = z
  .strictObject({ gradient: ratio.optional(), hessian: ratio.optional() })
  .refine((limits) => Object.keys(limits).length > 0, LIMIT);

/** How many times the draws of the better estimator one needs: what it costs to use the one that a library has. */
export const maxVarianceRatio = layerRule({
  help: 'largest variance of Î₁ in units of Î₂\'s, or {"gradient": 2, "hessian": 2}; layers to which Î₂ does not apply have no ratio and pass',
  limit: z.union([ratio, ratios], { error: LIMIT }),
  judge(layer, limit) {
    const limits = typeof limit === 'number' ? { gradient: limit } : limit;
    return estimatorNames.flatMap((name) => {
      const most = limits[name];
      return most === undefined ? [] : [varianceRatio(layer, name, most)];
    });
  },
});
