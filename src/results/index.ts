import * as z from 'zod';
import { type Comparison, comparisonSchema } from './comparison.js';
import { type Report, reportSchema } from './report.js';
import { type Track, trackSchema } from './track.js';

/** A result that reports can show. */
export type Result = Report | Comparison | Track;

/** The schema of each kind of result. */
export const resultSchemas = {
  audit: reportSchema,
  comparison: comparisonSchema,
  track: trackSchema,
} as const satisfies {
  [Kind in Result['kind']]: z.ZodType<Extract<Result, { kind: Kind }>>;
};

/** The JSON Schema of a kind of result, draft 2020-12. */
export const resultJsonSchema = (kind: Result['kind']): object => z.toJSONSchema(resultSchemas[kind]);
