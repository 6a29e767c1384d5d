import * as z from 'zod';
import { estimatorName } from './estimator-schemas.js';
import { verdictSchema } from './verdict.js';

const number = z.number();

const ratio = z
  .object({ value: number, lower: number, upper: number.nullable() })
  .describe('head / base with its interval, simultaneous for all layers; upper is null where too little was sampled');

const side = z.object({
  parameters: z.int(),
  fisherMean: number,
  estimator: estimatorName,
  relativeError: number.nullable().describe('relative error of the recommended estimator at `samples` draws'),
  samplingError: number.nullable(),
});

const layer = z.object({
  name: z.string(),
  status: z.enum(['both', 'renamed', 'reshaped', 'added', 'removed']),
  renamedFrom: z.string().nullable(),
  base: side.nullable(),
  head: side.nullable(),
  error: ratio.nullable(),
  information: ratio.nullable(),
  change: z.enum(['better', 'worse', 'within noise', 'cannot tell']),
  text: z.string(),
});

const network = z.object({ path: z.string(), sha256: z.string().nullable() });

export const comparisonSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('comparison'),
    tool: z.object({ name: z.literal('fisher-audit'), version: z.string() }),
    base: network,
    head: network,
    data: z.object({ inputs: z.int(), sha256: z.string() }),
    likelihood: z.object({ family: z.string(), noise: number.nullable() }),
    samples: z.int(),
    tolerance: number.describe('allowed growth of the relative error'),
    factor: number.describe('allowed factor between the means of the Fisher information, in either direction'),
    layers: z.array(layer),
    verdict: verdictSchema,
  })
  .meta({ title: 'Comparison of fisher-audit', description: 'Numbers that do not exist are null, never NaN.' });

export type Comparison = z.infer<typeof comparisonSchema>;
export type LayerComparison = Comparison['layers'][number];
