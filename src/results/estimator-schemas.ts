import * as z from 'zod';
import { type ByEstimator, byEstimator, estimatorNames } from '../estimators/index.js';

export const estimatorName = z.enum(estimatorNames);

/** A recommendation: an estimator, or either of them. */
export const recommendedEstimator = z.enum([...estimatorNames, 'either']);

/** An object with one value for each estimator. */
export const forEachEstimator = <Schema extends z.ZodType>(schema: Schema): z.ZodObject<ByEstimator<Schema>> =>
  z.object(byEstimator(() => schema));
