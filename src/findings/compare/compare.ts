import { type Baseline, type BaselineLayer, atSamples, isSameModel, layerIn } from '../../results/baseline.js';
import { type Move, type Ratio, moved, ratioOf, ratioSampling } from './ratio.js';
import type { SamplingError } from '../../statistics/interval.js';
import type { Comparison, LayerComparison } from '../../results/comparison.js';
import { type Check, type VerdictOf, verdictOf } from '../../results/verdict.js';
import type { SubsetValues } from '../../figures/subset-values.js';
import type { ComparisonCriteria, Tolerances } from './tolerances.js';
import { type Pair, pairLayers } from './pair-layers.js';
import { ratioErrors } from './ratio-errors.js';

/** Two figures of each layer are compared: error and information. */
const FIGURES = 2;

/** One of the two networks of a comparison. */
export interface Side {
  readonly figures: Baseline;
  /** Values of single parameters, by layer, where this run audited a subset; empty for saved figures. */
  readonly sampled: ReadonlyMap<string, SubsetValues>;
}

/** Where error and information moved; null where they were not compared, `same-model` where nothing can have moved. */
export type Moves = { readonly error: Move; readonly information: Move } | 'same-model' | null;

/** A compared layer, with the moves behind `change` instead of a sentence. */
export type LayerFinding = Omit<LayerComparison, 'text'> & { readonly moves: Moves };

/** A check of a comparison, without its sentence. Each check uses the sentence of its layer. */
export type ComparisonCheck = Omit<Check, 'text'>;

/** A comparison without its sentences. */
export type ComparisonFinding = Omit<Comparison, 'layers' | 'verdict'> & {
  readonly layers: readonly LayerFinding[];
  readonly verdict: VerdictOf<ComparisonCheck>;
};

/** Compares two networks layer by layer. Both must be of the same data and likelihood. */
export function compare(baseSide: Side, headSide: Side, options: ComparisonCriteria): ComparisonFinding {
  const [base, head] = [baseSide.figures, headSide.figures];
  const pairs = pairLayers(base, head);
  const count = FIGURES * pairs.length;
  const sameModel = isSameModel(base, head);
  const layers = pairs.map((pair) => {
    const before = pair.base === null ? null : layerIn(base, pair.base);
    const known = before ? atSamples(before, base.samples, head.samples) : null;
    const after = (pair.head === null ? null : layerIn(head, pair.head)) ?? null;
    const values = [baseSide.sampled.get(pair.base ?? ''), headSide.sampled.get(pair.head ?? '')] as const;
    return compareLayer(pair, known, after, { ...options, count, sameModel, values });
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

interface LayerOptions extends Tolerances {
  /** Number of intervals that hold at once. */
  readonly count: number;
  readonly sameModel: boolean;
  /** Values of single parameters, of base and head. */
  readonly values: readonly [SubsetValues | undefined, SubsetValues | undefined];
}

type Judged = Pick<LayerFinding, 'error' | 'information' | 'change' | 'moves'>;

/** The same weights on the same inputs have the same figures, whatever was sampled. */
const unchanged: Judged = { error: null, information: null, change: 'within noise', moves: 'same-model' };

const incomparable: Judged = { error: null, information: null, change: 'cannot tell', moves: null };

function compareLayer(
  pair: Pair,
  base: BaselineLayer | null,
  head: BaselineLayer | null,
  options: LayerOptions,
): LayerFinding {
  const { status } = pair;
  const common = {
    name: pair.head ?? pair.base ?? '',
    status,
    renamedFrom: status === 'renamed' ? pair.base : null,
    base: base && sideOf(base),
    head: head && sideOf(head),
  };
  if (base === null || head === null || status === 'reshaped') return { ...common, ...incomparable };
  return { ...common, ...(options.sameModel ? unchanged : judgeLayer(base, head, options)) };
}

const sideOf = ({ parameters, fisherMean, estimator, relativeError, samplingError }: BaselineLayer) => ({
  parameters,
  fisherMean,
  estimator,
  relativeError,
  samplingError,
});

function judgeLayer(base: BaselineLayer, head: BaselineLayer, options: LayerOptions): Judged {
  const [before, after] = options.values;
  const paired = before && after ? ratioErrors([before, base.estimator], [after, head.estimator]) : null;
  const apart = ratioSampling(base, head);
  const ratio = (before: number | null, after: number | null, sampling: SamplingError): Ratio | null =>
    before === null || after === null || before === 0 ? null : ratioOf(before, after, sampling, options.count);
  const information = ratio(base.fisherMean, head.fisherMean, paired?.information ?? apart);
  const error = ratio(base.relativeError, head.relativeError, paired?.error ?? apart);
  const moves = {
    information: information ? moved(information, options.maxFactor) : fromZero(base.fisherMean, head.fisherMean),
    error: error ? moved(error, 1 + options.maxIncrease) : fromZero(base.relativeError, head.relativeError),
  };
  return { error, information, change: changeOf(moves), moves };
}

/** Without a ratio, because the base is zero, any positive value is an increase. */
function fromZero(before: number | null, after: number | null): Move {
  if (before === null || after === null) return 'unknown';
  return after === 0 ? 'steady' : 'up';
}

/** A larger error is worse. So is information that moved either way: what was built on the old diagonal no longer holds. */
function changeOf({ error, information }: { error: Move; information: Move }): LayerComparison['change'] {
  if (error === 'up' || information === 'up' || information === 'down') return 'worse';
  if (error === 'unknown' || information === 'unknown') return 'cannot tell';
  return error === 'down' ? 'better' : 'within noise';
}

const outcomes = { better: 'pass', 'within noise': 'pass', worse: 'fail', 'cannot tell': 'inconclusive' } as const;

/**
 * With `failOn: worse` every layer is a check. Without it nothing is checked, and any worse or undecided layer makes the
 * verdict incomplete.
 */
function judgeComparison(
  layers: readonly LayerFinding[],
  file: string,
  failOn: ComparisonCriteria['failOn'],
): VerdictOf<ComparisonCheck> {
  if (failOn === 'never') {
    const clean = layers.every(({ change }) => outcomes[change] === 'pass');
    return { passed: clean, outcome: clean ? 'pass' : 'incomplete', checks: [] };
  }
  return verdictOf(
    layers.map(({ name, change, error }) => ({
      rule: 'worse',
      layer: name,
      outcome: outcomes[change],
      value: error?.value ?? null,
      interval: error && { lower: error.lower, upper: error.upper },
      limit: null,
      source: { file, line: null, setting: '--fail-on worse' },
    })),
  );
}
