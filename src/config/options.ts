import * as z from 'zod';
import { estimatorNames } from '../estimators/index.js';
import { backendNames } from '../kernels/backend.js';
import { kinksNames } from '../program/kinks.js';
import { families } from '../likelihoods/families.js';
import {
  flagRegistry as flag,
  fromText,
  integer,
  integerOrAll,
  number,
  positiveShare,
  sampleCounts,
  share,
  toBytes,
} from './option-fields.js';

const BYTES = 'expected a size from 64MB to 1TiB, such as 512MB or 1GB';

const PARAMETERS = 'expected an integer ≥ 1, all, or auto';

/** Fourth powers of the noise enter the variances. */
const NOISE_RANGE = 'expected a number > 0 (1e-60 to 1e60)';

/** The options of an audit: names, checks, defaults and help for the command line and the API alike. */
export const auditOptionsSchema = z.strictObject({
  samples: sampleCounts.default([64]).register(flag, {
    flags: '-n, --samples <counts>',
    help: 'label draws per input: 64, or a list 8,32,128',
  }),
  inputs: integerOrAll('expected an integer ≥ 1, or all').default(256).register(flag, {
    flags: '-m, --inputs <count>',
    help: 'inputs to use, from the first row of the data set: a count, or all',
  }),
  likelihood: z
    .enum(['auto', ...families])
    .default('auto')
    .register(flag, {
      flags: '--likelihood <family>',
      help: `label distribution: auto (from the activation that ends the network), ${families.join(', ')}`,
    }),
  noise: number(z.number(NOISE_RANGE).min(1e-60, NOISE_RANGE).max(1e60, NOISE_RANGE)).default(1).register(flag, {
    flags: '--noise <sigma>',
    help: 'standard deviation of the gaussian likelihood',
  }),
  target: positiveShare.default(0.1).register(flag, {
    flags: '--target <error>',
    help: 'relative error, such as 0.1 or 10%, for which the number of label draws is computed',
  }),
  kinks: z.enum(kinksNames).default('strict').register(flag, {
    flags: '--kinks <policy>',
    help: 'strict: Î₂ does not apply to layers before a kink (relu, max pooling); almost-everywhere: Î₂ uses second derivatives where they exist',
  }),
  parameters: z
    .union([z.enum(['auto', 'all']), integer(PARAMETERS, 1)], { error: PARAMETERS })
    .default('auto')
    .register(flag, {
      flags: '--parameters <count>',
      help: 'parameters to audit in each weight tensor that needs a computation for every parameter (convolutions, recurrent layers): auto (all, or as many as a few minutes allow), all, or a count',
    }),
  memory: fromText(
    toBytes,
    z
      .number(BYTES)
      .min(64e6, BYTES)
      .max(2 ** 40, BYTES),
  )
    .default(1e9)
    .register(flag, {
      flags: '--memory <size>',
      help: 'memory limit, such as 1GB, 512MB or 1GiB; batches and passes are sized to fit, and so is --parameters auto',
      defaultText: '1 GB',
    }),
  scale: number(z.number('expected a number')).default(1).register(flag, {
    flags: '--scale <x>',
    help: 'factor for the inputs; for images with values 0 to 255 use 0.00392157 (1/255)',
  }),
  offset: number(z.number('expected a number')).default(0).register(flag, {
    flags: '--offset <x>',
    help: 'number added to the inputs after scaling',
  }),
  labels: z.boolean().default(false).register(flag, {
    flags: '--labels',
    help: "also compute the empirical Fisher, another quantity, from the data set's own labels, for comparison",
  }),
  seed: integer('expected an integer ≥ 0', 0, Number.MAX_SAFE_INTEGER).default(0).register(flag, {
    flags: '--seed <integer>',
    help: 'seed of the label draws, of synthetic inputs and of random subsets of parameters',
  }),
  precision: z.enum(['float32', 'float64']).default('float32').register(flag, {
    flags: '--precision <precision>',
    help: 'float32, or float64 (most accurate, but slow)',
  }),
  skipLayer: z.array(z.string()).default([]).register(flag, {
    flags: '--skip-layer <name>',
    help: 'do not audit this layer (repeatable); the report lists it as not audited',
    repeatable: true,
  }),
  maxError: positiveShare.optional().register(flag, {
    flags: '--max-error <error>',
    help: 'check: fail if the relative error of a layer is larger (recommended estimator, largest count of --samples)',
  }),
  requireData: z.boolean().default(false).register(flag, {
    flags: '--require-data',
    help: 'fail if there is no data set, instead of using random synthetic inputs',
  }),
  requireCoverage: share(z.number('expected a share from 0 to 1').min(0).max(1, 'expected a share from 0 to 1'))
    .optional()
    .register(flag, {
      flags: '--require-coverage <share>',
      help: 'refuse to audit a smaller share of the parameters than this (exit status 3)',
    }),
  backend: z
    .enum(['auto', ...backendNames])
    .default('auto')
    .register(flag, {
      flags: '--backend <name>',
      help: `auto (the first that loads), ${backendNames.join(', ')}`,
    }),
  batchSize: integer('expected an integer ≥ 1', 1).optional().register(flag, {
    flags: '--batch-size <count>',
    help: 'inputs per batch (default: chosen by layer sizes); affects speed and memory, never the figures',
  }),
});

export type AuditOptions = z.output<typeof auditOptionsSchema>;

/** The options of `track`: those of an audit, without its checks. */
export const trackOptionsSchema = auditOptionsSchema.omit({ maxError: true, requireCoverage: true });
export type TrackOptions = z.output<typeof trackOptionsSchema>;

/** The options of `inspect`: those that decide what an audit would do and cost. */
export const inspectOptionsSchema = auditOptionsSchema.pick({
  samples: true,
  inputs: true,
  likelihood: true,
  kinks: true,
  parameters: true,
  memory: true,
  precision: true,
  skipLayer: true,
  backend: true,
  batchSize: true,
});
export type InspectOptions = z.output<typeof inspectOptionsSchema>;

/** The options of `export`: those of an audit that judge nothing, and which diagonal is written. */
export const exportOptionsSchema = auditOptionsSchema.omit({ target: true, maxError: true, labels: true }).extend({
  estimator: z
    .enum(['exact', ...estimatorNames])
    .default('exact')
    .register(flag, {
      flags: '--estimator <name>',
      help: `the diagonal to write: exact, or the estimate from this run's label draws: ${estimatorNames.join(', ')}`,
    }),
});
export type ExportOptions = z.output<typeof exportOptionsSchema>;

/** Options as a program gives them; all may be left out. */
export type Given<Options> = { [Name in keyof Omit<Options, 'samples'>]?: Options[Name] } & {
  samples?: number | readonly number[];
};
