import * as z from 'zod';
import { forEachEstimator, recommendedEstimator } from './estimator-schemas.js';
import { reportSchema } from './report.js';
import { verdictSchema } from './verdict.js';

const number = z.number();
const maybe = number.nullable();

const estimator = z
  .object({
    variance: maybe.describe(
      'variance of one draw, mean over parameters and inputs; null where the estimator does not apply',
    ),
    bounds: z.object({ lower: number, upper: number }).nullable(),
    relativeError: maybe.describe('relative error at the largest sample count'),
    samplesForTarget: z.int().nullable(),
  })
  .describe('as in the report of an audit');

const point = z
  .object({
    fisher: z.object({ trace: number, mean: number }),
    estimators: forEachEstimator(estimator),
    recommended: recommendedEstimator,
    reason: z.string(),
    samplingError: maybe,
    empirical: z
      .object({ trace: number, mean: number })
      .nullable()
      .describe('empirical Fisher, for contrast; null without --labels'),
  })
  .nullable()
  .describe('null where the checkpoint does not have the layer');

/** Index of the checkpoint from which something holds up to the last; null where it does not hold at the last. */
const since = z.int().nonnegative().nullable();

const layer = z.object({
  name: z.string(),
  type: z.string(),
  parameters: z.int(),
  points: z.array(point).describe('one for each checkpoint'),
  vanished: z
    .object({ fisher: since, gradient: since, hessian: since })
    .describe(
      'index of the checkpoint from which the mean information, or the standard deviation of one draw, stays below a tenth of its first value; null where it does not',
    ),
  winner: z.object({
    estimator: recommendedEstimator.nullable(),
    since,
    changes: z.int().describe('number of changes of the recommendation'),
  }),
  text: z.string(),
});

const { tool, data, likelihood, run, conventions } = reportSchema.shape;

export const trackSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('track'),
    tool,
    data,
    likelihood,
    run,
    conventions,
    checkpoints: z.array(
      z.object({
        name: z.string().describe('its path without what all paths have in common'),
        path: z.string(),
        sha256: z.string(),
        decision: z.string().describe('go or no-go at this checkpoint, from the answers of its audit'),
      }),
    ),
    layers: z.array(layer),
    verdict: verdictSchema,
  })
  .meta({ title: 'Checkpoints over training, by fisher-audit' });

export type Track = z.infer<typeof trackSchema>;
export type TrackedLayer = Track['layers'][number];
export type TrackedPoint = NonNullable<TrackedLayer['points'][number]>;
