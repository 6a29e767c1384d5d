import * as z from 'zod';
import { reportSchema, verdictSchema } from './report.js';

const number = z.number();
const maybe = number.nullable();

const estimator = z
  .object({
    variance: maybe.describe('of one draw, mean over parameters and inputs; null where not applicable'),
    bounds: z.object({ lower: number, upper: number }).nullable(),
    relativeError: maybe.describe('at the largest sample count'),
    samplesForTarget: z.int().nullable(),
  })
  .describe('as in the report of the audit');

const point = z
  .object({
    fisher: z.object({ trace: number, mean: number }),
    estimators: z.object({ gradient: estimator, hessian: estimator }),
    recommended: z.enum(['gradient', 'hessian', 'either']),
    reason: z.string(),
    samplingError: maybe,
    empirical: z.object({ trace: number, mean: number }).nullable().describe('with --labels; another quantity'),
  })
  .nullable()
  .describe('null where the checkpoint has no such layer');

/** From which checkpoint on something holds up to the last one; null where it does not hold at the last. */
const since = z.int().nonnegative().nullable();

const layer = z.object({
  name: z.string(),
  type: z.string(),
  parameters: z.int(),
  points: z.array(point).describe('one for each checkpoint'),
  vanished: z
    .object({ fisher: since, gradient: since, hessian: since })
    .describe(
      'the checkpoint from which on the mean information, and the standard deviation of one draw, stay below a tenth of what they were at first',
    ),
  winner: z.object({
    estimator: z.enum(['gradient', 'hessian', 'either']).nullable(),
    since,
    changes: z.int().describe('how often the recommendation changed'),
  }),
  text: z.string(),
});

const { tool, data, likelihood, run, conventions } = reportSchema.shape;

export const trackSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('track'),
    ...{ tool, data, likelihood, run, conventions },
    checkpoints: z.array(
      z.object({
        name: z.string().describe('what tells its path from the others'),
        path: z.string(),
        sha256: z.string(),
        decision: z.string().describe('go or no-go at this checkpoint, as in the answers of its audit'),
      }),
    ),
    layers: z.array(layer),
    verdict: verdictSchema,
  })
  .meta({ title: 'Checkpoints over training, by fisher-audit' });

export type Track = z.infer<typeof trackSchema>;
export type TrackedLayer = Track['layers'][number];
export type TrackedPoint = NonNullable<TrackedLayer['points'][number]>;
