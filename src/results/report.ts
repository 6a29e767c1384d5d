import * as z from 'zod';
import { families } from '../likelihoods/families.js';

const count = z.int().nonnegative();
const number = z.number();
/** What does not exist, or is not a number, is null. */
const maybe = number.nullable();

const parameters = z.object({
  total: count.describe('trainable parameters'),
  audited: count.describe('parameters whose derivatives were computed'),
});

const fisher = z.object({
  trace: number.describe('sum over the parameters of the mean over the inputs of I(x)'),
  mean: number.describe('trace / parameters'),
  norm: number.describe('square root of the sum over the parameters of the squared mean information'),
  inputVariance: number.describe('mean over the parameters of the variance over the inputs of I(x)'),
});

const empirical = z
  .object({
    trace: number.describe('sum over the parameters of the mean over the inputs of the squared score of the own label'),
    mean: number.describe('trace / parameters'),
    norm: number.describe('square root of the sum over the parameters of the squared mean'),
    cosine: maybe.describe(
      'of the angle between this diagonal and that of the Fisher information; null where one is 0',
    ),
  })
  .nullable()
  .describe(
    'empirical Fisher of the data set’s own labels: a contrast, not an estimate of the Fisher information; null without --labels',
  );

const run = z.object({
  samples: count.describe('label draws per input, N'),
  relativeError: maybe.describe('expected RMS error of the diagonal relative to its norm, from label draws alone'),
  relativeErrorTotal: maybe.describe(
    'likewise, with the inputs taken as a sample of a population (their variance in population form); null with one input',
  ),
  measured: z.object({
    trace: maybe.describe('trace of the estimate from this run’s draws'),
    relativeError: maybe.describe('relative error of the estimate as it came out in this run'),
    variance: maybe.describe('sample variance over the draws, mean over parameters and inputs; null with one draw'),
  }),
});

const estimator = z.object({
  applicability: z.enum(['linear', 'smooth', 'kinked']).describe('how the outputs depend on the layer’s parameters'),
  kinks: z.array(z.string()).describe('operations after the parameters that are not twice continuously differentiable'),
  almostEverywhere: z.boolean().describe('second derivatives were taken where they exist, in spite of kinks'),
  exact: z
    .boolean()
    .describe(
      'whether the information and the variance of Î₁ are exact; if not (many outputs), they are unbiased estimates from label draws, and bounds and measured errors are null',
    ),
  variance: maybe.describe('variance of one draw, mean over parameters and inputs; null where not applicable'),
  bounds: z.object({ lower: number, upper: number }).nullable().describe('of Soen and Sun (2024), on the variance'),
  samplesForTarget: count.nullable().describe('smallest N whose relative error is at most the target'),
  cost: z.object({
    flopsPerInput: maybe.describe(
      'floating-point operations for the derivatives; reverse passes count in full for each layer that shares them',
    ),
    flopsPerDraw: maybe.describe('at most this for each draw at one input; equal draws are counted, not repeated'),
    secondsPerDraw: maybe.describe(
      'measured: contraction time over inputs and draws, with what does not grow with draws; not reproducible',
    ),
  }),
  runs: z.array(run).describe('one for each sample count; empty where not applicable'),
});

const weight = z.object({
  name: z.string(),
  shape: z.array(count),
  parameters,
  fisher,
  empirical,
  variance: z.object({ gradient: maybe, hessian: maybe }).describe('of one draw, mean over parameters and inputs'),
});

const layer = z.object({
  name: z.string(),
  type: z.string(),
  activation: z.string().nullable(),
  position: z.enum(['hidden', 'penultimate', 'final']),
  parameters,
  fisher,
  empirical,
  estimators: z.object({ gradient: estimator, hessian: estimator }),
  weights: z.array(weight),
  samplingError: maybe.describe(
    'relative standard error from auditing a subset of the parameters, or from label draws where these are all there is (exact: false); 0 when neither, null where the parameters are too few to tell',
  ),
  samplingFreedom: maybe
    .default(null)
    .describe(
      'degrees of freedom of samplingError where a subset was audited: how many parameters make up the sums, as if they were equal, less one; null where all were audited',
    ),
  recommendation: z.object({
    estimator: z.enum(['gradient', 'hessian', 'either']),
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

const outcomes = ['pass', 'fail', 'inconclusive'] as const;

const check = z.object({
  rule: z.string(),
  layer: z.string().nullable().describe('null where the rule is about the whole model'),
  outcome: z.enum(outcomes),
  text: z.string().describe('what was found, against which limit, and what would mend or decide it'),
  value: maybe.describe('what was held against the limit'),
  interval: z
    .object({ lower: number, upper: maybe })
    .nullable()
    .describe('where the value lies, simultaneously for all checks; null where it carries no sampling error'),
  limit: z.union([number, z.string()]).nullable(),
  source: z
    .object({ file: z.string(), line: count.nullable(), setting: z.string() })
    .describe('where the limit was set: a line of the configuration file, or an option; then `file` is the model'),
});

export const verdictSchema = z.object({
  passed: z.boolean(),
  outcome: z
    .enum([...outcomes, 'incomplete'])
    .describe(
      'incomplete: something stays open that no check is about: layers or parameters that were left out, or (comparisons) layers that are worse or cannot be told where no check was asked for',
    ),
  checks: z.array(check).describe('every check that was made'),
  failures: z.array(check).describe('those that did not pass'),
});

const answers = z
  .array(
    z.object({
      question: z.enum(['theory', 'cost', 'decision']),
      answer: z.enum(['agrees', 'differs', 'affordable', 'dear', 'go', 'no-go', 'unknown']),
      text: z.string(),
    }),
  )
  .describe('the questions to settle before relying on an estimate of the diagonal');

export const reportSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('audit'),
    tool: z.object({ name: z.literal('fisher-audit'), version: z.string() }),
    model: z.object({ path: z.string(), format: z.string(), sha256: z.string(), parameters: count }),
    data: z.object({
      path: z.string().nullable(),
      synthetic: z.boolean(),
      inputs: count.describe('rows used, from the first'),
      available: count.nullable().describe('rows in the file; null where only reading to its end would tell'),
      sha256: z
        .string()
        .describe('hash of the rows used as the network gets them (scaled, offset): little-endian float64, row by row'),
    }),
    likelihood: z.object({
      family: z.enum(families),
      outputs: count,
      noise: maybe.describe('standard deviation of the gaussian; null for the others'),
      inferredFrom: z.string(),
    }),
    run: z.object({
      samples: z.array(count),
      seed: count,
      target: number,
      kinks: z.enum(['strict', 'almost-everywhere']),
      precision: z.enum(['float32', 'float64']),
      backend: z.string(),
      workers: count,
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
    answers,
    verdict: verdictSchema,
  })
  .meta({ title: 'Report of fisher-audit', description: 'Numbers that do not exist are null, never NaN.' });

export type Report = z.infer<typeof reportSchema>;
export type LayerReport = Report['layers'][number];
/** A layer before an estimator is recommended. */
export type LayerFigures = Omit<LayerReport, 'recommendation'>;
export type WeightReport = LayerReport['weights'][number];
export type EstimatorReport = LayerReport['estimators']['gradient'];
export type Recommendation = LayerReport['recommendation'];
export type Verdict = z.infer<typeof verdictSchema>;
export type Check = z.infer<typeof check>;
export type Outcome = Verdict['outcome'];
export type Answer = Report['answers'][number];
