import * as z from 'zod';
import { type EstimatorName, estimatorNames, estimators } from '../../../estimators/index.js';
import { short } from '../../numbers.js';
import type { LayerReport } from '../../result.js';
import { type Finding, layerRule } from '../rule.js';
import { samplingOf } from '../sampling.js';

const RATIO = 'expected a number > 0';
const ratio = z.number(RATIO).positive(RATIO);

/** Relative errors of the ratio of variances per relative error of a layer's figures: two variances, each a square. */
const PROPAGATION = 4;

/** How many times the draws of the better estimator one needs: what it costs to use the one that a library has. */
export const maxVarianceRatio = layerRule({
  help: 'largest variance of Î₁ in units of Î₂\'s, or {"gradient": 2, "hessian": 2}; layers to which Î₂ does not apply have no ratio and pass',
  limit: z.union([ratio, z.strictObject({ gradient: ratio.optional(), hessian: ratio.optional() })]),
  judge(layer, limit) {
    const limits = typeof limit === 'number' ? { gradient: limit } : limit;
    return estimatorNames.flatMap((name) => {
      const most = limits[name];
      return most === undefined ? [] : [ratioOf(layer, name, most)];
    });
  },
});

function ratioOf(layer: LayerReport, name: EstimatorName, limit: number): Finding {
  const other = name === 'gradient' ? 'hessian' : 'gradient';
  const [own, others] = [layer.estimators[name].variance, layer.estimators[other].variance];
  const [symbol, rival] = [estimators[name].symbol, estimators[other].symbol];
  if (others === null)
    return { outcome: 'pass', text: `${rival} does not apply, there is nothing better than ${symbol}`, limit };
  if (own === null) return { outcome: 'fail', text: `${symbol} does not apply · use ${rival}`, limit };
  if (own === 0 || others === 0) return without(own, others, symbol, rival, limit);
  const { relativeError, ...sampling } = samplingOf(layer);
  return {
    ...sampling,
    relativeError: relativeError === null ? null : PROPAGATION * relativeError,
    ...{ value: own / others, limit, sense: 'at most', limitText: short(limit) },
    says: (margin) => `variance of ${symbol} is ${short(own / others)}${margin} times that of ${rival}`,
    remedy: `use ${rival}`,
  };
}

const without = (own: number, others: number, symbol: string, rival: string, limit: number): Finding =>
  own === 0
    ? { outcome: 'pass', text: `${symbol} has no variance`, limit }
    : others === 0
      ? { outcome: 'fail', text: `${rival} has no variance, ${symbol} has · use ${rival}`, limit }
      : { outcome: 'inconclusive', text: 'there is no ratio', limit };
