import { maxSamples } from './max-samples.js';
import * as z from 'zod';
import { families } from '../likelihoods/families.js';
import { kinksNames } from '../program/kinks.js';
import { estimatorName } from './estimator-schemas.js';
import { errorAtDraws } from '../statistics/draw-counts.js';
import type { LayerReport, Report } from './report.js';
import { usedEstimator } from './used-estimator.js';

/** Significant digits in a baseline: enough for every limit, and few enough that diffs show real changes only. */
const DIGITS = 6;

const layer = z.object({
  parameters: z.int().nonnegative(),
  audited: z.int().nonnegative(),
  shapes: z.array(z.array(z.int().nonnegative())).describe('shapes of its weights'),
  fisherMean: z.number(),
  estimator: estimatorName.describe('the recommended estimator'),
  relativeError: z.number().nullable().describe('relative error of that estimator at `samples` draws'),
  samplingError: z.number().nullable(),
  samplingFreedom: z.number().nullable(),
  samplingTail: z.number().nullable().default(null),
});

/** The figures of one network that later networks are compared with: small, sorted, and the same on every machine. */
export const baselineSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('baseline'),
    tool: z.object({ name: z.literal('fisher-audit'), version: z.string() }),
    model: z.object({
      path: z.string(),
      sha256: z.string().nullable().describe('null where a ratchet kept figures of several models'),
    }),
    data: z.object({ inputs: z.int(), sha256: z.string() }),
    likelihood: z.object({ family: z.enum(families), noise: z.number().nullable() }),
    kinks: z.enum(kinksNames),
    samples: z.int().positive(),
    skipped: z.array(z.string()).describe('layers that were skipped'),
    layers: z.record(z.string(), layer),
  })
  .meta({ title: 'Baseline of fisher-audit' });

export type Baseline = z.infer<typeof baselineSchema>;
export type BaselineLayer = z.infer<typeof layer>;

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

/** Rounds to the digits of a baseline; null stays null. */
export const maybeRounded = (value: number | null): number | null => (value === null ? null : rounded(value));

/** The figures of one layer that a baseline keeps. */
export function baselineLayer({
  parameters,
  weights,
  fisher,
  estimators,
  recommendation,
  samplingError,
  samplingFreedom,
  samplingTail,
}: LayerReport): BaselineLayer {
  const estimator = usedEstimator({ recommendation });
  const error = estimators[estimator].runs.at(-1)?.relativeError ?? null;
  return {
    parameters: parameters.total,
    audited: parameters.audited,
    shapes: weights.map(({ shape }) => shape),
    fisherMean: rounded(fisher.mean),
    estimator,
    relativeError: maybeRounded(error),
    samplingError: maybeRounded(samplingError),
    samplingFreedom: maybeRounded(samplingFreedom),
    samplingTail: maybeRounded(samplingTail),
  };
}

/** The baseline of a report. */
export const baselineOf = ({
  tool,
  model,
  data,
  likelihood,
  run,
  layers,
  notAudited,
}: Omit<Report, 'verdict'>): Baseline => ({
  schemaVersion: 1,
  kind: 'baseline',
  tool,
  model: { path: model.path, sha256: model.sha256 },
  data: { inputs: data.inputs, sha256: data.sha256 },
  likelihood: { family: likelihood.family, noise: likelihood.noise },
  kinks: run.kinks,
  samples: maxSamples(run),
  skipped: notAudited.flatMap(({ name, reason }) => (reason === 'skipped' ? [name] : [])).sort(),
  layers: byName(layers.map((one) => [one.name, baselineLayer(one)])),
});

/** Layers by name, sorted so that diffs of the file are small. */
export const byName = (layers: readonly (readonly [string, BaselineLayer])[]): Baseline['layers'] =>
  Object.fromEntries([...layers].sort(([a], [b]) => (a < b ? -1 : 1)));

/** The figures of a layer; undefined where the baseline has no such layer. */
export const layerIn = ({ layers }: Baseline, name: string): BaselineLayer | undefined =>
  Object.hasOwn(layers, name) ? layers[name] : undefined;

/** Whether both are of the same model file: their figures then differ only by sampling. */
export const isSameModel = (a: Pick<Baseline, 'model'>, b: { readonly model: Baseline['model'] }): boolean =>
  a.model.sha256 !== null && a.model.sha256 === b.model.sha256;

/** The figures at another number of draws. */
export const atSamples = (own: BaselineLayer, from: number, to: number): BaselineLayer => ({
  ...own,
  relativeError: own.relativeError === null ? null : errorAtDraws(own.relativeError, from, to),
});
