import type { EstimatorName } from '../estimators/index.js';
import type { LayerReport } from '../results/report.js';
import { samplingWidth } from './sampling-width.js';
import { MOST_DRAWS, drawsForAll, sumOfCosts } from './network-summary.js';
import { neededDraws } from '../results/estimator-draws.js';
import { usedEstimator } from '../results/used-estimator.js';

interface Run {
  readonly inputs: number;
  readonly target: number;
  /** Floating-point operations at one input for the outputs and their derivatives, which all label draws share. */
  readonly sharedFlops: number;
}

/** The estimator that theory favours in a layer, and why: before any variance is computed. */
export type Favourite =
  | { readonly estimator: EstimatorName; readonly why: 'linear' | 'kinked' }
  | { readonly estimator: EstimatorName; readonly why: 'bounds'; readonly gradient: number; readonly hessian: number };

/** Theory and measurement in one of the last two layers. */
export interface TheoryInLayer {
  readonly layer: string;
  /** Null where theory favours neither estimator. */
  readonly favourite: Favourite | null;
  /** Whether the computed variances agree; null where they do not decide. */
  readonly agrees: boolean | null;
}

/** Which estimator does theory favour in the last two layers, and do the computed variances agree? */
export interface TheoryFinding {
  readonly question: 'theory';
  readonly answer: 'agrees' | 'differs' | 'unknown';
  /** The last layer first. */
  readonly layers: readonly TheoryInLayer[];
}

/** What do label draws cost? Times are not part of it, since they differ from run to run. */
export interface CostFinding extends Run {
  readonly question: 'cost';
  readonly answer: 'affordable' | 'expensive' | 'unknown';
  /** Floating-point operations of one draw for one input. */
  readonly flopsPerDraw: number;
  /** Draws per input with which every layer reaches the target; null where no count is known. */
  readonly draws: number | null;
  /** Whether these are too many for an estimate by sampling. */
  readonly samplingFails: boolean;
}

/** Is sampling good enough for an estimate of the diagonal? */
export type DecisionFinding = { readonly question: 'decision'; readonly target: number } & (
  | { readonly answer: 'go'; readonly draws: number }
  | { readonly answer: 'no-go'; readonly layers: readonly string[] }
  | {
      readonly answer: 'unknown';
      readonly withoutInformation: readonly string[];
      readonly undersampled: readonly string[];
      /** Whether there are other layers, and sampling works in all of them. */
      readonly othersGo: boolean;
    }
);

export type AnswerFinding = TheoryFinding | CostFinding | DecisionFinding;

/** Answers to the questions that must be settled before an estimate of the diagonal is used. */
export const answersFor = (layers: readonly LayerReport[], run: Run): AnswerFinding[] => [
  theory(layers),
  cost(layers, run),
  decision(layers, run),
];

function favouriteOf({ estimators: { gradient, hessian } }: LayerReport): Favourite | null {
  if (hessian.applicability === 'linear') return { estimator: 'hessian', why: 'linear' };
  if (hessian.variance === null) return { estimator: 'gradient', why: 'kinked' };
  const [first, second] = [gradient.bounds?.upper, hessian.bounds?.upper];
  if (first === undefined || second === undefined || first === second) return null;
  return { estimator: first < second ? 'gradient' : 'hessian', why: 'bounds', gradient: first, hessian: second };
}

function theoryIn(layer: LayerReport): TheoryInLayer {
  const favourite = favouriteOf(layer);
  const { estimator, reason } = layer.recommendation;
  const decided = favourite !== null && reason !== 'no-information' && reason !== 'uncertain';
  const agrees = decided ? estimator === 'either' || estimator === favourite.estimator : null;
  return { layer: layer.name, favourite, agrees };
}

function theory(layers: readonly LayerReport[]): TheoryFinding {
  const last = layers
    .filter(({ position }) => position !== 'hidden')
    .reverse()
    .map(theoryIn);
  const known = last.map(({ agrees }) => agrees);
  const answer = known.includes(false) ? 'differs' : known.includes(null) ? 'unknown' : 'agrees';
  return { question: 'theory', answer, layers: last };
}

function cost(layers: readonly LayerReport[], { inputs, target, sharedFlops }: Run): CostFinding {
  const draws = drawsForAll(layers);
  const flopsPerDraw = sumOfCosts(layers, 'flopsPerDraw');
  const answer = draws === null ? 'unknown' : draws * flopsPerDraw <= sharedFlops ? 'affordable' : 'expensive';
  const samplingFails = draws !== null && draws > MOST_DRAWS;
  return { question: 'cost', answer, inputs, target, sharedFlops, flopsPerDraw, draws, samplingFails };
}

/** The least and the largest count of draws that a layer may need, given its sampling error; null where unknown. */
function drawsNeeded(layer: LayerReport): readonly [least: number, most: number] | null {
  const used = layer.estimators[usedEstimator(layer)];
  const needed = neededDraws(used);
  if (layer.recommendation.reason === 'no-information' || needed === null) return null;
  if (needed === 1 && used.variance === 0) return [1, 1];
  // The number of draws grows with the square of the error.
  const factor = Math.exp(2 * samplingWidth(layer));
  return [needed / factor, needed * factor];
}

function decision(layers: readonly LayerReport[], { target }: Run): DecisionFinding {
  const ranges = layers.map((layer) => ({ layer, range: drawsNeeded(layer) }));
  const tooMany = ranges.filter(({ range }) => range !== null && range[0] > MOST_DRAWS);
  const open = ranges.filter(({ range }) => range === null || (range[0] <= MOST_DRAWS && range[1] > MOST_DRAWS));
  const names = (those: typeof ranges): string[] => those.map(({ layer }) => layer.name);
  if (tooMany.length > 0) return { question: 'decision', target, answer: 'no-go', layers: names(tooMany) };
  if (open.length === 0) return { question: 'decision', target, answer: 'go', draws: drawsForAll(layers) ?? 1 };
  const isDead = ({ layer }: (typeof ranges)[number]): boolean => layer.recommendation.reason === 'no-information';
  return {
    question: 'decision',
    target,
    answer: 'unknown',
    withoutInformation: names(ranges.filter(isDead)),
    undersampled: names(open.filter((one) => !isDead(one))),
    othersGo: open.length < layers.length,
  };
}
