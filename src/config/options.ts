import * as z from 'zod';
import { backendNames } from '../kernels/backend.js';
import { estimatorNames } from '../estimators/index.js';
import { families } from '../likelihoods/families.js';
import { AuditError } from '../errors.js';
import { parseShare } from '../text/parse-share.js';

/** How an option is written at the command line; the schema is the only place where options are defined. */
export interface Flag {
  /** As commander wants it. */
  readonly flags: string;
  readonly help: string;
  /** May be given several times; the values are collected. */
  readonly repeatable?: boolean;
}

const flag = z.registry<Flag>();

/** Text from the command line and plain values from the API go through the same check. */
const fromText = <T>(parse: (text: string) => unknown, schema: z.ZodType<T>): z.ZodType<T> =>
  z.preprocess((value) => (typeof value === 'string' ? parse(value) : value), schema);

const toNumber = (text: string): unknown => (text.trim() === '' ? text : Number(text));

/** 512MB, 1.5 GB, 1GiB, or a number of bytes. */
const toBytes = (text: string): unknown => {
  const [, size, unit = '', binary] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*$/i.exec(text) ?? [];
  if (size === undefined) return text;
  return Math.floor(Number(size) * (binary ? 1024 : 1000) ** (1 + 'kmgt'.indexOf(unit.toLowerCase() || ' ')));
};
const BYTES = 'expected a size from 64MB to 1TiB, such as 512MB or 1GB';
const number = (schema: z.ZodType<number>): z.ZodType<number> => fromText(toNumber, schema);
const share = (schema: z.ZodType<number>): z.ZodType<number> => fromText(parseShare, schema);
const relativeError = share(
  z.number('expected a number > 0, or a percentage').positive('expected a number > 0, or a percentage'),
);
const integer = (what: string, least: number, most = 2 ** 31): z.ZodType<number> =>
  number(z.number(what).int(what).min(least, what).max(most, `expected at most ${most}`));
const orAll = (what: string): z.ZodType<number | 'all'> =>
  z.union([z.literal('all'), integer(what, 1)], { error: what });

/** Fourth powers of the noise enter the variances. */
const NOISE_RANGE = 'expected a number > 0 (1e-60 to 1e60)';
const MAX_SAMPLES = 2 ** 24;
const counts = 'expected integers ≥ 1';

const sampleCounts = fromText(
  (text) => text.split(',').map(toNumber),
  z.preprocess(
    (value) => (typeof value === 'number' ? [value] : value),
    z
      .array(z.number(counts).int(counts).min(1, counts).max(MAX_SAMPLES, `expected at most ${MAX_SAMPLES}`), counts)
      .min(1, counts)
      .transform((list) => [...new Set(list)].sort((a, b) => a - b)),
  ),
);

/** The options of an audit: names, checks, defaults and help for the command line and the API alike. */
export const auditOptionsSchema = z.strictObject({
  samples: sampleCounts.default([64]).register(flag, {
    flags: '-n, --samples <counts>',
    help: 'label draws per input: 64, or a list 8,32,128',
  }),
  inputs: orAll('expected an integer ≥ 1, or all').default(256).register(flag, {
    flags: '-m, --inputs <count>',
    help: 'how many inputs of the data set to use, from the first: a count, or all',
  }),
  likelihood: z
    .enum(['auto', ...families])
    .default('auto')
    .register(flag, {
      flags: '--likelihood <family>',
      help: `label distribution: auto (from the end of the network), ${families.join(', ')}`,
    }),
  noise: number(z.number(NOISE_RANGE).min(1e-60, NOISE_RANGE).max(1e60, NOISE_RANGE)).default(1).register(flag, {
    flags: '--noise <sigma>',
    help: 'standard deviation of the gaussian',
  }),
  target: relativeError.default(0.1).register(flag, {
    flags: '--target <error>',
    help: 'relative error that the needed draws are computed for',
  }),
  kinks: z.enum(['strict', 'almost-everywhere']).default('strict').register(flag, {
    flags: '--kinks <policy>',
    help: 'strict: Î₂ does not apply behind kinks; almost-everywhere: second derivatives where they exist',
  }),
  parameters: z
    .union([z.enum(['auto', 'all']), integer('', 1)], { error: 'expected an integer ≥ 1, all, or auto' })
    .default('auto')
    .register(flag, {
      flags: '--parameters <count>',
      help: 'parameters audited per weight tensor where each costs by itself: auto (all, or what a few minutes afford), all, or a count',
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
      help: 'memory to stay within, as far as layer sizes allow: 1GB, 512MB, 1GiB; with --parameters auto it also bounds how many parameters are audited',
    }),
  scale: number(z.number('expected a number')).default(1).register(flag, {
    flags: '--scale <x>',
    help: 'inputs are multiplied by this, for integer image data (1/255 = 0.00392157)',
  }),
  offset: number(z.number('expected a number')).default(0).register(flag, {
    flags: '--offset <x>',
    help: 'added to the inputs after scaling',
  }),
  labels: z.boolean().default(false).register(flag, {
    flags: '--labels',
    help: "also the empirical Fisher of the data set's own labels, as a contrast (it is another quantity)",
  }),
  seed: integer('expected an integer ≥ 0', 0, Number.MAX_SAFE_INTEGER).default(0).register(flag, {
    flags: '--seed <integer>',
    help: 'of the label draws (and of synthetic inputs)',
  }),
  precision: z.enum(['float32', 'float64']).default('float32').register(flag, {
    flags: '--precision <precision>',
    help: 'float32, or float64: plain reference kernels, slow and exact',
  }),
  skipLayer: z.array(z.string()).default([]).register(flag, {
    flags: '--skip-layer <name>',
    help: "leave a layer's weights out (repeatable); it is shown as not audited",
    repeatable: true,
  }),
  maxError: relativeError.optional().register(flag, {
    flags: '--max-error <error>',
    help: 'check: the recommended estimator of every layer must reach this at the largest sample count',
  }),
  requireData: z.boolean().default(false).register(flag, {
    flags: '--require-data',
    help: 'fail where inputs would be synthetic',
  }),
  requireCoverage: share(z.number('expected a share from 0 to 1').min(0).max(1, 'expected a share from 0 to 1'))
    .optional()
    .register(flag, {
      flags: '--require-coverage <share>',
      help: 'fail where a smaller share of the parameters is audited',
    }),
  backend: z
    .enum(['auto', ...backendNames])
    .default('auto')
    .register(flag, {
      flags: '--backend <name>',
      help: `auto (the fastest that loads), ${backendNames.join(', ')}`,
    }),
  batchSize: integer('expected an integer ≥ 1', 1).optional().register(flag, {
    flags: '--batch-size <count>',
    help: 'inputs computed at once (default: by layer sizes); changes speed and memory, never the figures',
  }),
});

export type AuditOptions = z.output<typeof auditOptionsSchema>;
/** What every command that runs over data needs to know. */
export type RunOptions = Omit<AuditOptions, 'target' | 'maxError' | 'labels'> & { readonly labels?: boolean };

/** The options of an export: those of an audit that judge nothing, and what is to be written. */
export const exportOptionsSchema = auditOptionsSchema.omit({ target: true, maxError: true, labels: true }).extend({
  estimator: z
    .enum(['exact', ...estimatorNames])
    .default('exact')
    .register(flag, {
      flags: '--estimator <name>',
      help: `the diagonal to write: exact, or the estimate of this run's draws: ${estimatorNames.join(', ')}`,
    }),
});

export type ExportOptions = z.output<typeof exportOptionsSchema>;
/** Options as a program gives them; all may be left out. */
export type AuditOptionsInput = Given<AuditOptions>;
export type ExportOptionsInput = Given<ExportOptions>;

type Given<Options> = { [Name in keyof Omit<Options, 'samples'>]?: Options[Name] } & {
  samples?: number | readonly number[];
};

const shapes = { ...auditOptionsSchema.shape, ...exportOptionsSchema.shape };
export type OptionName = keyof typeof shapes;

export const flagOf = (name: OptionName): Flag => {
  const found = flag.get(shapes[name]);
  if (!found) throw new Error(`option ${name} has no flag`);
  return found;
};

/** The default as the schema has it. */
export const defaultOf = (name: OptionName): unknown => shapes[name].safeParse(undefined).data;

/** The words that an option takes; empty where it takes others. */
export function choicesOf(name: OptionName): readonly string[] {
  const schema: z.ZodType = shapes[name];
  const plain = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  return plain instanceof z.ZodEnum ? plain.options.map(String) : [];
}

export const optionNames = Object.keys(auditOptionsSchema.shape) as (keyof AuditOptions)[];
export const exportOptionNames = Object.keys(exportOptionsSchema.shape) as (keyof ExportOptions)[];

/**
 * Options with their defaults. All problems are told at once.
 * @throws AuditError FA401
 */
export const parseOptions = (input: unknown): AuditOptions => parseWith(auditOptionsSchema, input);

/** Likewise. @throws AuditError FA401 */
export const parseExportOptions = (input: unknown): ExportOptions => parseWith(exportOptionsSchema, input);

function parseWith<Options>(schema: z.ZodType<Options>, input: unknown): Options {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => describe(issue, input as Record<string, unknown>));
  const unknown = parsed.error.issues.some(({ code }) => code === 'unrecognized_keys');
  const fix = `an audit has ${optionNames.join(', ')}; what is written and shown is for the command line to say`;
  throw new AuditError('FA401', { what: [...new Set(problems)].join('; '), ...(unknown && { fix }) });
}

function describe(issue: z.core.$ZodIssue, input: Record<string, unknown>): string {
  if (issue.code === 'unrecognized_keys') return `unknown option ${issue.keys.join(', ')}`;
  const name = String(issue.path[0]) as OptionName;
  const long = flagOf(name).flags.match(/--[a-z-]+/)?.[0] ?? name;
  const values = 'values' in issue ? `expected ${(issue.values as string[]).join(', ')}` : issue.message;
  return `${long}: got ${shown(input[name])}, ${values}`;
}

/** A value as its giver wrote it, or nearly so. */
const shown = (value: unknown): string =>
  typeof value === 'symbol' ? 'a symbol' : JSON.stringify(value).replace(/^"|"$/g, '');
