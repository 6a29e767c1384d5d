import { type EstimatorName, estimatorNames, estimators } from '../estimators/index.js';
import { listed, percent, plural, short } from '../text/format-numbers.js';
import type { Answer, LayerReport } from '../results/report.js';
import { samplingWidth } from './sampling-width.js';
import { usedEstimator } from '../results/used-estimator.js';

/** More label draws for each input than this are more than anyone spends on a diagonal. */
const MOST_DRAWS = 1000;

interface Run {
  readonly inputs: number;
  readonly target: number;
}

/** The questions to settle before an estimate of the diagonal is relied on, answered for these layers. */
export const answersFor = (layers: readonly LayerReport[], run: Run): Answer[] => [
  theory(layers),
  cost(layers, run),
  decision(layers, run),
];

/** What the paper's bounds, or the position of a layer, say before any variance is computed. */
function favoured({ estimators: { gradient, hessian } }: LayerReport): { name: EstimatorName; why: string } | null {
  if (hessian.applicability === 'linear') return { name: 'hessian', why: 'V₂ = 0' };
  if (hessian.variance === null) return { name: 'gradient', why: 'Î₂ does not apply behind kinks' };
  return gradient.bounds && hessian.bounds ? byBounds(gradient.bounds.upper, hessian.bounds.upper) : null;
}

function byBounds(first: number, second: number): ReturnType<typeof favoured> {
  const why = `upper bounds ${short(first)} and ${short(second)}`;
  return first === second ? null : { name: first < second ? 'gradient' : 'hessian', why };
}

/** Whether the variances rank the estimators as theory does; null where they cannot tell. */
function agrees(layer: LayerReport): boolean | null {
  const expected = favoured(layer);
  if (expected === null || ['no-information', 'uncertain'].includes(layer.recommendation.reason)) return null;
  return layer.recommendation.estimator === 'either' || layer.recommendation.estimator === expected.name;
}

/** (1) The last two layers: which estimator does theory favour, and do the numbers agree? */
function theory(layers: readonly LayerReport[]): Answer {
  const last = layers.filter(({ position }) => position !== 'hidden').reverse();
  const parts = last.map((layer) => {
    const expected = favoured(layer);
    if (expected === null) return `theory has no favourite in ${layer.name}`;
    const verdict = {
      true: 'the numbers agree',
      false: 'the numbers differ',
      null: 'the numbers cannot tell',
    } as const;
    return `theory favours ${estimators[expected.name].symbol} in ${layer.name} (${expected.why}), ${verdict[`${agrees(layer)}`]}`;
  });
  const known = last.map(agrees);
  const answer = known.includes(false) ? 'differs' : known.includes(null) ? 'unknown' : 'agrees';
  const text = parts.join('; ');
  return { question: 'theory', answer, text: `${text.charAt(0).toUpperCase()}${text.slice(1)}.` };
}

const most = (counts: readonly (number | null)[]): number | null =>
  counts.reduce((largest, count) => (largest === null || count === null ? null : Math.max(largest, count)), 1);

/** Draws that bring every layer with information to the target; null where none do, or there is no such layer. */
export function drawsForAll(layers: readonly LayerReport[]): number | null {
  const informative = layers.filter(({ recommendation }) => recommendation.reason !== 'no-information');
  const needed = informative.map((layer) => layer.estimators[usedEstimator(layer)].samplesForTarget);
  return informative.length === 0 ? null : most(needed);
}

/** A part of the cost, summed over layers and estimators. */
const costOf = (layers: readonly LayerReport[], part: keyof LayerReport['estimators']['gradient']['cost']): number =>
  layers.reduce(
    (all, { estimators: own }) => all + estimatorNames.reduce((sum, name) => sum + (own[name].cost[part] ?? 0), 0),
    0,
  );

/** Seconds that were measured for one draw at one input, and what they make for the draws that are needed. */
export function secondsForDraws(layers: readonly LayerReport[], inputs: number): { each: number; all: number | null } {
  const each = costOf(layers, 'secondsPerDraw');
  const needed = drawsForAll(layers);
  return { each, all: needed === null ? null : each * needed * inputs };
}

/** (2) What do label draws cost here, each and in all? Times are not in here: they differ from run to run. */
function cost(layers: readonly LayerReport[], { inputs, target }: Run): Answer {
  const needed = drawsForAll(layers);
  const [perDraw, derivatives] = [costOf(layers, 'flopsPerDraw'), costOf(layers, 'flopsPerInput')];
  const each = `One draw at one input takes ${short(perDraw)} floating-point operations at most`;
  if (needed === null) {
    return { question: 'cost', answer: 'unknown', text: `${each}; no number of draws reaches ${percent(target)}.` };
  }
  return {
    question: 'cost',
    answer: needed * perDraw <= derivatives ? 'affordable' : 'dear',
    text:
      `${each}; the ${plural(needed, 'draw')} for ${percent(target)} in every layer, at ${plural(inputs, 'input')}, ` +
      `${short((needed * inputs * perDraw) / 1e9)} GFLOP, beside ${short((inputs * derivatives) / 1e9)} GFLOP for derivatives, which are taken once.`,
  };
}

/** The least and the most draws that a layer may need, given how its figures were sampled. */
function drawsNeeded(layer: LayerReport): readonly [least: number, most: number] | null {
  const { samplesForTarget: needed, variance, runs } = layer.estimators[usedEstimator(layer)];
  // Without an error too few labels were drawn to tell, and not too many draws needed.
  if (layer.recommendation.reason === 'no-information' || runs.at(-1)?.relativeError == null) return null;
  if (needed === null) return [Infinity, Infinity];
  if (needed === 1 && variance === 0) return [1, 1];
  // Draws go with the square of the error.
  const factor = Math.exp(2 * samplingWidth(layer));
  return [needed / factor, needed * factor];
}

/** Layers in which there is nothing to estimate, and those of which too little is known. */
function openText(layers: readonly LayerReport[], open: readonly string[]): string {
  const dead = layers.flatMap(({ name, recommendation }) => (recommendation.reason === 'no-information' ? [name] : []));
  const sampled = open.filter((name) => !dead.includes(name));
  const parts = [
    ...(dead.length > 0 ? [`there is no information in ${listed(dead, 4)}, so nothing to estimate or to rely on`] : []),
    ...(sampled.length > 0
      ? [`it cannot be told in ${listed(sampled, 4)}, where too few parameters (--parameters) or labels were sampled`]
      : []),
    ...(open.length < layers.length ? ['go in the others'] : []),
  ];
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** (3) Is the variance large enough to advise against an estimated diagonal? */
function decision(layers: readonly LayerReport[], { target }: Run): Answer {
  const ranges = layers.map((layer) => ({ name: layer.name, range: drawsNeeded(layer) }));
  const names = (choose: (range: readonly [number, number] | null) => boolean): string[] =>
    ranges.filter(({ range }) => choose(range)).map(({ name }) => name);
  const dear = names((range) => range !== null && range[0] > MOST_DRAWS);
  const open = names((range) => range === null || (range[0] <= MOST_DRAWS && range[1] > MOST_DRAWS));
  const limit = `${plural(MOST_DRAWS, 'draw')} per input`;
  if (dear.length > 0) {
    const where = `${listed(dear, 4)}: ${percent(target)} needs more than ${limit}`;
    const text = `No-go at this checkpoint in ${where}; take the exact diagonal there (export), or none.`;
    return { question: 'decision', answer: 'no-go', text };
  }
  if (open.length > 0) return { question: 'decision', answer: 'unknown', text: openText(layers, open) };
  const needed = most(layers.map((layer) => layer.estimators[usedEstimator(layer)].samplesForTarget));
  const text = `Go: at this checkpoint ${plural(needed ?? 1, 'draw')} per input of the recommended estimators bring every layer to ${percent(target)}.`;
  return { question: 'decision', answer: 'go', text };
}
