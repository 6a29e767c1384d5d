import type { EstimatorName } from '../../estimators/index.js';
import type { LayerReport } from '../../results/report.js';
import type { Decided, Measured, Sampling } from './rule.js';
import { samplingOf } from './layer-sampling.js';

/** The variance of an estimator, in units of the other one's. */
export type VarianceRatioFinding = { readonly estimator: EstimatorName } & (
  | Measured
  | (Decided & { readonly kind: 'other-does-not-apply' | 'does-not-apply' | 'no-variance' | 'other-has-no-variance' })
  | (Decided & { readonly kind: 'no-audited-variance' } & Pick<Sampling, 'subset'>)
);

/** Relative error of a ratio of variances, in relative errors of the layer's figures: two variances, each a square. */
const PROPAGATION = 4;

/** Compares the ratio of the two variances with a limit. */
export function varianceRatio(layer: LayerReport, estimator: EstimatorName, limit: number): VarianceRatioFinding {
  const other = estimator === 'gradient' ? 'hessian' : 'gradient';
  const [own, others] = [layer.estimators[estimator].variance, layer.estimators[other].variance];
  if (others === null) return { kind: 'other-does-not-apply', outcome: 'pass', estimator, limit };
  if (own === null) return { kind: 'does-not-apply', outcome: 'fail', estimator, limit };
  if (own === 0 || others === 0) return withoutVariance(layer, own, estimator, limit);
  const { relativeError, ...sampling } = samplingOf(layer);
  return {
    ...sampling,
    kind: 'measured',
    relativeError: relativeError === null ? null : PROPAGATION * relativeError,
    value: own / others,
    limit,
    sense: 'at most',
    estimator,
  };
}

/** One of the variances is zero: in every parameter, or only in those that were audited. */
function withoutVariance(
  layer: LayerReport,
  own: number,
  estimator: EstimatorName,
  limit: number,
): VarianceRatioFinding {
  const { hessian } = layer.estimators;
  const always = hessian.variance === 0 && (hessian.applicability === 'linear' || hessian.almostEverywhere);
  if (!always && layer.samplingError !== 0) {
    const { subset } = samplingOf(layer);
    return { kind: 'no-audited-variance', outcome: 'inconclusive', estimator, limit, subset };
  }
  return own === 0
    ? { kind: 'no-variance', outcome: 'pass', estimator, limit }
    : { kind: 'other-has-no-variance', outcome: 'fail', estimator, limit };
}
