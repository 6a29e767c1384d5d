import { estimators } from '../estimators/index.js';
import { percent, plural } from './numbers.js';
import type { LayerReport, Report, Verdict } from './result.js';

/** Figures from a subset of the parameters are judged with this many standard errors to either side. */
const STANDARD_ERRORS = 3;

type Failure = Verdict['failures'][number];

/**
 * Holds every audited layer's recommended estimator, at the largest sample count, against `maxError`.
 * What was left out never passes: without a check such a run is incomplete, with one it is inconclusive.
 */
export function judge(
  layers: readonly LayerReport[],
  notAudited: Report['notAudited'],
  options: { readonly maxError?: number | undefined; readonly requireCoverage?: number | undefined },
): Verdict {
  const { maxError, requireCoverage } = options;
  const skipped = notAudited.filter(({ reason }) => reason === 'skipped');
  if (maxError === undefined) {
    const complete = skipped.length === 0 && layers.every(({ samplingError }) => samplingError === 0);
    return { passed: complete, outcome: complete ? 'pass' : 'incomplete', failures: [] };
  }
  const unchecked = requireCoverage === undefined ? skipped.map(notChecked) : [];
  const failures = [...layers.flatMap((layer) => judgeLayer(layer, maxError)), ...unchecked];
  const outcome = failures.some((failure) => failure.outcome === 'fail')
    ? 'fail'
    : failures.length > 0
      ? 'inconclusive'
      : 'pass';
  return { passed: outcome === 'pass', outcome, failures };
}

const notChecked = ({ name }: Report['notAudited'][number]): Failure => ({
  layer: name,
  rule: 'max-error',
  outcome: 'inconclusive',
  text: `${name}: not audited, so not checked · leave out --skip-layer ${name}, or state --require-coverage`,
});

function judgeLayer(layer: LayerReport, maxError: number): Failure[] {
  const name = layer.recommendation.estimator === 'hessian' ? 'hessian' : 'gradient';
  const run = layer.estimators[name].runs.at(-1);
  const failure = (outcome: Failure['outcome'], text: string): Failure[] => [
    { layer: layer.name, rule: 'max-error', outcome, text: `${layer.name}: ${text}` },
  ];
  if (run?.relativeError == null) return failure('inconclusive', withoutError(layer));
  const error = run.relativeError;
  const margin = layer.samplingError === null ? Infinity : error * STANDARD_ERRORS * layer.samplingError;
  const certain = error === 0 && (name === 'hessian' || layer.estimators.gradient.exact);
  if (error + margin <= maxError || certain) return [];
  const measured = `relative error ${percent(error)}${spread(margin)} at ${plural(run.samples, 'draw')}`;
  const limit = `${percent(maxError)} (--max-error)`;
  return error - margin > maxError
    ? failure('fail', `${measured} is above ${limit} · ${remedyFor(layer, error, run.samples, maxError)}`)
    : failure('inconclusive', `${measured} is too near to ${limit} · ${decideBy(layer)}`);
}

const withoutError = ({ fisher, estimators: { gradient } }: LayerReport): string =>
  fisher.trace === 0 || gradient.exact
    ? 'its Fisher information is zero, so no relative error exists'
    : 'too few labels were drawn to tell its relative error · more of them (--samples) or more inputs would decide it';

const spread = (margin: number): string =>
  margin === 0 ? '' : Number.isFinite(margin) ? ` ± ${percent(margin)}` : ' (from too few parameters)';

function remedyFor(layer: LayerReport, error: number, samples: number, maxError: number): string {
  const needed = Math.ceil(samples * (error / maxError) ** 2 * (1 - 1e-12));
  const { symbol } = estimators[layer.recommendation.estimator === 'hessian' ? 'hessian' : 'gradient'];
  return `${plural(needed, 'draw')} of ${symbol} would reach it`;
}

const decideBy = ({ parameters }: LayerReport): string =>
  parameters.audited === parameters.total
    ? 'it is an estimate from label draws; more of them (--samples) or more inputs would decide it'
    : `${plural(parameters.audited, 'parameter')} of ${parameters.total} were audited; more would decide it (--parameters)`;
