import type { Estimator } from './estimator.js';
import { gradient } from './gradient.js';
import { hessian } from './hessian.js';

/** Every estimator that is audited; those of first derivatives come first. */
export const estimators = { gradient, hessian } as const satisfies Record<string, Estimator>;

export type EstimatorName = keyof typeof estimators;
export const estimatorNames = Object.keys(estimators) as EstimatorName[];

/** One value for each estimator. */
export type ByEstimator<T> = Readonly<Record<EstimatorName, T>>;

/** Calls `make` for each estimator, in the order of the table. */
export const byEstimator = <T>(make: (name: EstimatorName) => T): ByEstimator<T> =>
  Object.fromEntries(estimatorNames.map((name) => [name, make(name)])) as Record<EstimatorName, T>;
