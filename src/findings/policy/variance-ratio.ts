import { type EstimatorName, estimators } from '../../estimators/index.js';
import { short } from '../../text/format-numbers.js';
import type { LayerReport } from '../../results/report.js';
import type { Finding } from './rule.js';
import { samplingOf } from './sampling.js';

/** Relative errors of the ratio of variances per relative error of a layer's figures: two variances, each a square. */
const PROPAGATION = 4;

/** Holds the variance of an estimator, in units of the other's, against a limit. */
export function varianceRatio(layer: LayerReport, name: EstimatorName, limit: number): Finding {
  const other = name === 'gradient' ? 'hessian' : 'gradient';
  const [own, others] = [layer.estimators[name].variance, layer.estimators[other].variance];
  const [symbol, rival] = [estimators[name].symbol, estimators[other].symbol];
  if (others === null)
    return { outcome: 'pass', text: `${rival} does not apply, there is nothing better than ${symbol}`, limit };
  if (own === null) return { outcome: 'fail', text: `${symbol} does not apply · use ${rival}`, limit };
  if (own === 0 || others === 0) return withoutVariance(layer, own, symbol, rival, limit);
  const { relativeError, ...sampling } = samplingOf(layer);
  return {
    ...sampling,
    relativeError: relativeError === null ? null : PROPAGATION * relativeError,
    ...{ value: own / others, limit, sense: 'at most', limitText: short(limit) },
    says: (margin) => `variance of ${symbol} is ${short(own / others)}${margin} times that of ${rival}, which`,
    remedy: `use ${rival}`,
  };
}

/** One of the variances is zero: always, or of the parameters that happened to be audited. */
function withoutVariance(layer: LayerReport, own: number, symbol: string, rival: string, limit: number): Finding {
  const { hessian } = layer.estimators;
  const always = hessian.variance === 0 && (hessian.applicability === 'linear' || hessian.almostEverywhere);
  if (!always && layer.samplingError !== 0) {
    return {
      outcome: 'inconclusive',
      text: `no parameter that was audited varies · ${samplingOf(layer).decidedBy}`,
      limit,
    };
  }
  return own === 0
    ? { outcome: 'pass', text: `${symbol} has no variance`, limit }
    : { outcome: 'fail', text: `${rival} has no variance, ${symbol} has · use ${rival}`, limit };
}
