import type { EstimatorName } from '../estimators/index.js';
import type { LayerFigures } from '../results/report.js';
import { samplingWidth } from './sampling-width.js';

/** Two variances that differ by at most this factor count as equal. */
export const EQUAL_WITHIN = 1.5;

/** The recommended estimator of a layer, and why. Figures of the layer are not repeated here. */
export type RecommendationFinding =
  | { readonly estimator: 'either'; readonly reason: 'no-information' | 'equal-variance' | 'uncertain' }
  | { readonly estimator: 'hessian'; readonly reason: 'zero-variance' | 'zero-variance-almost-everywhere' }
  | { readonly estimator: 'gradient'; readonly reason: 'not-applicable'; readonly curved: boolean }
  | { readonly estimator: EstimatorName; readonly reason: 'lower-variance'; readonly factor: number };

/**
 * Which estimator to use in a layer. `curved`: whether some operation after its parameters has a second derivative that
 * is not zero almost everywhere.
 */
export function recommend(layer: LayerFigures, curved: boolean): RecommendationFinding {
  const { gradient, hessian } = layer.estimators;
  if (layer.fisher.trace === 0) return { estimator: 'either', reason: 'no-information' };
  if (hessian.applicability === 'linear') return { estimator: 'hessian', reason: 'zero-variance' };
  if (hessian.applicability === 'kinked' && !hessian.almostEverywhere) {
    return { estimator: 'gradient', reason: 'not-applicable', curved };
  }
  if (hessian.applicability === 'kinked' && !curved) {
    return { estimator: 'hessian', reason: 'zero-variance-almost-everywhere' };
  }
  return byVariance(layer, gradient.variance ?? 0, hessian.variance ?? 0);
}

/** The ratio of two variances is the squared ratio of two relative errors, each of which may be off by the same width. */
const uncertainty = (layer: LayerFigures): number => Math.exp(4 * samplingWidth(layer));

function byVariance(layer: LayerFigures, first: number, second: number): RecommendationFinding {
  const factor = Math.max(first, second) / Math.min(first, second);
  if (factor <= EQUAL_WITHIN || first === second) return { estimator: 'either', reason: 'equal-variance' };
  if (factor <= uncertainty(layer)) return { estimator: 'either', reason: 'uncertain' };
  return { estimator: first < second ? 'gradient' : 'hessian', reason: 'lower-variance', factor };
}
