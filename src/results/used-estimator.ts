import type { EstimatorName } from '../estimators/index.js';
import type { LayerReport } from './report.js';

/** The recommended estimator of a layer; gradient, the cheaper one, where either is recommended. */
export const usedEstimator = ({ recommendation }: Pick<LayerReport, 'recommendation'>): EstimatorName =>
  recommendation.estimator === 'hessian' ? 'hessian' : 'gradient';
