import type { EstimatorName } from '../estimators/index.js';
import type { LayerReport } from './report.js';

/** The estimator to use in a layer: the recommended one, and gradient, the cheaper one, where either will do. */
export const usedEstimator = ({ recommendation }: Pick<LayerReport, 'recommendation'>): EstimatorName =>
  recommendation.estimator === 'hessian' ? 'hessian' : 'gradient';
