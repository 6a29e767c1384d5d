import { estimators } from '../../estimators/index.js';
import { type Baseline, type BaselineLayer, atSamples, isSameModel, layerIn } from '../../results/baseline.js';
import { type Move, type Ratio, type RatioSampling, moved, ratioOf, ratioSampling } from './ratio.js';
import type { CompareOptions } from './change-limits.js';
import type { Comparison, LayerComparison } from '../../results/comparison.js';
import { percent, short } from '../../text/format-numbers.js';
import { type Pair, pairLayers } from './pair-layers.js';
import { pairedSampling } from './paired-sampling.js';
import type { Check, Verdict } from '../../results/report.js';
import type { SubsetValues } from '../../figures/subset-values.js';
import { verdictOf } from '../../results/verdict.js';

/** Two figures of each layer are compared: error and information. */
const FIGURES = 2;

/** One of two networks that are compared. */
export interface Side {
  readonly figures: Baseline;
  /** Values of single parameters where a subset of them was audited in this run; saved figures have none. */
  readonly sampled: ReadonlyMap<string, SubsetValues>;
}

/** What changed from one network to another, layer by layer. Both are of the same data and likelihood. */
export function compare(baseSide: Side, headSide: Side, options: CompareOptions): Comparison {
  const [base, head] = [baseSide.figures, headSide.figures];
  const pairs = pairLayers(base, head);
  const count = FIGURES * pairs.length;
  const sameModel = isSameModel(base, head);
  const layers = pairs.map((pair) => {
    const before = pair.base === null ? null : layerIn(base, pair.base);
    const known = before ? atSamples(before, base.samples, head.samples) : null;
    return compareLayer(pair, known, (pair.head === null ? null : layerIn(head, pair.head)) ?? null, {
      ...options,
      ...{ count, sameModel, values: [baseSide.sampled.get(pair.base ?? ''), headSide.sampled.get(pair.head ?? '')] },
    });
  });
  return {
    schemaVersion: 1,
    kind: 'comparison',
    tool: head.tool,
    base: base.model,
    head: head.model,
    data: head.data,
    likelihood: head.likelihood,
    samples: head.samples,
    tolerance: options.maxIncrease,
    factor: options.maxFactor,
    layers,
    verdict: judgeComparison(layers, head.model.path, options.failOn),
  };
}

interface LayerOptions extends CompareOptions {
  readonly count: number;
  readonly sameModel: boolean;
  /** Values of single parameters, of base and head. */
  readonly values: readonly [SubsetValues | undefined, SubsetValues | undefined];
}

/** Whatever was sampled: the same weights on the same inputs have the same figures. */
const unchanged: Judged = {
  ...{ error: null, information: null, change: 'within noise', text: 'the two files of the model are the same' },
};

type Judged = Pick<LayerComparison, 'error' | 'information' | 'change' | 'text'>;

function compareLayer(
  pair: Pair,
  base: BaselineLayer | null,
  head: BaselineLayer | null,
  options: LayerOptions,
): LayerComparison {
  const { status } = pair;
  const common = {
    name: pair.head ?? pair.base ?? '',
    status,
    renamedFrom: status === 'renamed' ? pair.base : null,
    base: base && sideOf(base),
    head: head && sideOf(head),
  };
  if (base === null || head === null || status === 'reshaped') {
    return { ...common, error: null, information: null, change: 'cannot tell', text: withoutFigures[status] };
  }
  return { ...common, ...(options.sameModel ? unchanged : judgeLayer(base, head, options)) };
}

const withoutFigures: Record<Pair['status'], string> = {
  both: 'it was left out (--skip-layer), so that there are no figures to compare',
  renamed: 'it has no figures to compare',
  reshaped: 'its weights have other shapes, so that figures cannot be compared',
  added: 'it is not in the base',
  removed: 'it is not in the head',
};

const sideOf = ({ parameters, fisherMean, estimator, relativeError, samplingError }: BaselineLayer) => ({
  ...{ parameters, fisherMean, estimator, relativeError, samplingError },
});

function judgeLayer(base: BaselineLayer, head: BaselineLayer, options: LayerOptions): Judged {
  const [before, after] = options.values;
  const paired = before && after ? pairedSampling([before, base.estimator], [after, head.estimator]) : null;
  const apart = ratioSampling(base, head);
  const ratio = (before: number | null, after: number | null, sampling: RatioSampling): Ratio | null =>
    before === null || after === null || before === 0 ? null : ratioOf(before, after, sampling, options.count);
  const information = ratio(base.fisherMean, head.fisherMean, paired?.information ?? apart);
  const error = ratio(base.relativeError, head.relativeError, paired?.error ?? apart);
  const moves = {
    information: information ? moved(information, options.maxFactor) : fromZero(base.fisherMean, head.fisherMean),
    error: error ? moved(error, 1 + options.maxIncrease) : fromZero(base.relativeError, head.relativeError),
  };
  const change = wordFor(moves);
  const figures = [errorText(base, head, error), informationText(base, head, information)];
  const text = [...whyWorse(moves), ...figures].join('; ');
  const advice = change === 'cannot tell' ? ' · more parameters (--parameters) would decide it' : '';
  return { error, information, change, text: `${text}${advice}` };
}

/** Which of the two limits was left. */
const whyWorse = ({ error, information }: { error: Move; information: Move }): string[] => [
  ...(error === 'up' ? ['the error grew'] : []),
  ...(information === 'up' || information === 'down' ? ['the information moved'] : []),
];

/** There is no ratio to what was nothing. */
function fromZero(before: number | null, after: number | null): Move {
  if (before === null || after === null) return 'unknown';
  return after === 0 ? 'steady' : 'up';
}

/** Errors that grow are worse; so is information that moved, since what was built on it no longer holds. */
function wordFor({ error, information }: { error: Move; information: Move }): LayerComparison['change'] {
  if (error === 'up' || information === 'up' || information === 'down') return 'worse';
  if (error === 'unknown' || information === 'unknown') return 'cannot tell';
  return error === 'down' ? 'better' : 'within noise';
}

const interval = ({ value, lower, upper }: Ratio): string => {
  if (lower === value) return times(value);
  return upper === null
    ? `${times(value)}, too few sampled to tell`
    : `${times(value)}, ${times(lower)} to ${times(upper)}`;
};

const times = (ratio: number): string => `${Number(ratio.toPrecision(3))}×`;

function errorText(base: BaselineLayer, head: BaselineLayer, ratio: Ratio | null): string {
  const { symbol } = estimators[head.estimator];
  const other = base.estimator === head.estimator ? '' : ` (${estimators[base.estimator].symbol} before)`;
  const sizes = `error of ${symbol}${other} ${percent(base.relativeError)} → ${percent(head.relativeError)}`;
  return ratio === null ? sizes : `${sizes} (${interval(ratio)})`;
}

function informationText(base: BaselineLayer, head: BaselineLayer, ratio: Ratio | null): string {
  const sizes = `mean information ${short(base.fisherMean)} → ${short(head.fisherMean)}`;
  return ratio === null ? sizes : `${sizes} (${interval(ratio)})`;
}

/** With `failOn` worse every layer is a check; without it nothing is checked, and what could not be told says so. */
function judgeComparison(layers: readonly LayerComparison[], file: string, failOn: CompareOptions['failOn']): Verdict {
  if (failOn === 'never') {
    const clean = layers.every(({ change }) => change === 'better' || change === 'within noise');
    return { passed: clean, outcome: clean ? 'pass' : 'incomplete', checks: [], failures: [] };
  }
  const outcomes = { better: 'pass', 'within noise': 'pass', worse: 'fail', 'cannot tell': 'inconclusive' } as const;
  const checks = layers.map((layer): Check => ({
    rule: 'worse',
    layer: layer.name,
    outcome: outcomes[layer.change],
    text: `${layer.name}: ${layer.change}: ${layer.text}`,
    value: layer.error?.value ?? null,
    interval: layer.error && { lower: layer.error.lower, upper: layer.error.upper },
    limit: null,
    source: { file, line: null, setting: '--fail-on worse' },
  }));
  return verdictOf(checks);
}
