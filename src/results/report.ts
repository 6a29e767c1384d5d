import * as z from 'zod';
import { families } from '../likelihoods/families.js';
import { kinksNames } from '../program/kinks.js';
import { forEachEstimator, recommendedEstimator } from './estimator-schemas.js';
import { auditVerdictSchema } from './verdict.js';

const count = z.int().nonnegative();
const number = z.number();
/** Null where the number does not exist. */
const maybe = number.nullable();

const parameters = z.object({
  total: count.describe('trainable parameters'),
  audited: count.describe('parameters whose derivatives were computed'),
});

const fisher = z.object({
  trace: number.describe('sum over parameters of the mean over inputs of I(x)'),
  mean: number.describe('trace / parameters'),
  norm: number.describe('square root of the sum over parameters of the squared mean information'),
  inputVariance: number.describe('mean over parameters of the variance over inputs of I(x)'),
});

const empirical = z
  .object({
    trace: number.describe('sum over parameters of the mean over inputs of the squared score of the data set’s label'),
    mean: number.describe('trace / parameters'),
    norm: number.describe('square root of the sum over parameters of the squared mean'),
    cosine: maybe.describe(
      'cosine of the angle between this diagonal and the diagonal Fisher information; null where one of them is 0',
    ),
  })
  .nullable()
  .describe(
    'empirical Fisher of the data set’s labels, for contrast: it does not estimate the Fisher information; null without --labels',
  );

const run = z.object({
  samples: count.describe('label draws per input, N'),
  relativeError: maybe.describe(
    'expected root mean squared error of the diagonal, relative to its norm, from label draws alone',
  ),
  relativeErrorTotal: maybe.describe(
    'the same with the inputs as a sample of a population (variance over inputs in population form); null with one input',
  ),
  measured: z.object({
    trace: maybe.describe('trace of the estimate from this run’s draws'),
    relativeError: maybe.describe('relative error of the estimate in this run'),
    variance: maybe.describe('sample variance over draws, mean over parameters and inputs; null with one draw'),
  }),
});

const estimator = z.object({
  applicability: z
    .enum(['linear', 'smooth', 'kinked'])
    .describe('how the outputs depend on the parameters of the layer'),
  kinks: z.array(z.string()).describe('operations after the parameters that are not twice continuously differentiable'),
  almostEverywhere: z
    .boolean()
    .describe('true where second derivatives were taken almost everywhere, in spite of kinks'),
  exact: z
    .boolean()
    .describe(
      'whether the information and the variance of Î₁ are exact; with many outputs they are unbiased estimates from label draws instead, and bounds and measured errors are null',
    ),
  variance: maybe.describe(
    'variance of one draw, mean over parameters and inputs; null where the estimator does not apply',
  ),
  bounds: z
    .object({ lower: number, upper: number })
    .nullable()
    .describe('bounds on the variance, by Soen and Sun (2024)'),
  samplesForTarget: count
    .nullable()
    .describe('smallest N for which the relative error is at most the target; null where unknown or not applicable'),
  cost: z.object({
    flopsPerInput: maybe.describe(
      'floating-point operations for the derivatives; a reverse pass that layers share counts in full for each of them',
    ),
    flopsPerDraw: maybe.describe('upper bound for one draw at one input; equal draws are computed once'),
    secondsPerDraw: maybe.describe(
      'measured contraction time / (inputs × draws), including work that does not grow with draws; not reproducible',
    ),
  }),
  runs: z.array(run).describe('one for each sample count; empty where the estimator does not apply'),
});

const weight = z.object({
  name: z.string(),
  shape: z.array(count),
  parameters,
  fisher,
  empirical,
  variance: forEachEstimator(maybe).describe('variance of one draw, mean over parameters and inputs'),
});

const layer = z.object({
  name: z.string(),
  type: z.string(),
  activation: z.string().nullable(),
  position: z.enum(['hidden', 'penultimate', 'final']),
  parameters,
  fisher,
  empirical,
  estimators: forEachEstimator(estimator),
  weights: z.array(weight),
  samplingError: maybe.describe(
    'relative standard error of the figures, from auditing a subset of the parameters and from label draws (exact: false); 0 where the figures are exact, null where too little was sampled to estimate it',
  ),
  samplingFreedom: maybe
    .default(null)
    .describe(
      'degrees of freedom of samplingError: where a subset was audited, the effective number of parameters in the sums, minus one; null where the figures are exact',
    ),
  samplingTail: maybe
    .default(null)
    .describe(
      'where a subset was audited: what an interval of the logarithm of a figure needs beyond samplingError, since a few parameters that were not audited may be larger than all that were; otherwise 0',
    ),
  recommendation: z.object({
    estimator: recommendedEstimator,
    reason: z.enum([
      'zero-variance',
      'zero-variance-almost-everywhere',
      'not-applicable',
      'lower-variance',
      'equal-variance',
      'uncertain',
      'no-information',
    ]),
    text: z.string(),
  }),
});

const summary = z
  .object({
    drawsForTarget: count
      .nullable()
      .describe(
        'smallest N with which every layer that has information reaches the target, each with its recommended estimator; null where unknown',
      ),
    samplingFailsIn: z.array(z.string()).describe('layers that need too many label draws for an estimate by sampling'),
    secondsPerDraw: maybe.describe('measured time of one draw for one input in all layers; not reproducible'),
    inputNoise: maybe.describe(
      'largest relative error from the choice of inputs, among the layers where it exceeds that from label draws; null where it exceeds it in none',
    ),
  })
  .default({ drawsForTarget: null, samplingFailsIn: [], secondsPerDraw: null, inputNoise: null })
  .describe('figures of all layers together');

const answers = z
  .array(
    z.object({
      question: z.enum(['theory', 'cost', 'decision']),
      answer: z.enum(['agrees', 'differs', 'affordable', 'expensive', 'go', 'no-go', 'unknown']),
      text: z.string(),
    }),
  )
  .describe('answers to the questions that must be settled before an estimate of the diagonal is used');

export const reportSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('audit'),
    tool: z.object({ name: z.literal('fisher-audit'), version: z.string() }),
    model: z.object({ path: z.string(), format: z.string(), sha256: z.string(), parameters: count }),
    data: z.object({
      path: z.string().nullable(),
      synthetic: z.boolean(),
      inputs: count.describe('number of rows used, from the first'),
      available: count.nullable().describe('rows in the file; null where the file was not read to its end'),
      sha256: z.string().describe('hash of the rows used, after scaling and offset: little-endian float64, row by row'),
    }),
    likelihood: z.object({
      family: z.enum(families),
      outputs: count,
      noise: maybe.describe('standard deviation of the gaussian likelihood; null for others'),
      inferredFrom: z.string(),
    }),
    run: z.object({
      samples: z.array(count),
      seed: count,
      target: number,
      kinks: z.enum(kinksNames),
      precision: z.enum(['float32', 'float64']),
      backend: z.string(),
      workers: count,
      scoredDraws: count
        .nullable()
        .describe(
          'label draws per input whose scores are averaged in layers with estimated figures (exact: false); null where all figures are exact',
        ),
      seconds: number,
    }),
    conventions: z.array(z.string()),
    layers: z.array(layer).min(1),
    notAudited: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        parameters: count,
        reason: z.enum(['skipped', 'not-trainable', 'not-connected']),
      }),
    ),
    summary,
    answers,
    verdict: auditVerdictSchema,
  })
  .meta({ title: 'Report of fisher-audit', description: 'Numbers that do not exist are null, never NaN.' });

export type Report = z.infer<typeof reportSchema>;
export type LayerReport = Report['layers'][number];
/** A layer before an estimator is recommended. */
export type LayerFigures = Omit<LayerReport, 'recommendation'>;
export type WeightReport = LayerReport['weights'][number];
export type EstimatorReport = LayerReport['estimators']['gradient'];
export type Answer = Report['answers'][number];
