import type { EstimatorName } from '../estimators/index.js';
import type { EstimatorReport } from './report.js';

/** Whether all draws of an estimator are equal, so that one draw is exact. */
export const drawsAreEqual = (
  name: EstimatorName,
  { variance, samplesForTarget, exact }: Pick<EstimatorReport, 'variance' | 'samplesForTarget' | 'exact'>,
): boolean => variance === 0 && samplesForTarget !== null && (exact || name === 'hessian');

/** Draws for the target: Infinity where the count is beyond all integers, null where the error is unknown. */
export const neededDraws = ({
  samplesForTarget,
  runs,
}: Pick<EstimatorReport, 'samplesForTarget' | 'runs'>): number | null =>
  samplesForTarget ?? (runs.at(-1)?.relativeError == null ? null : Infinity);
