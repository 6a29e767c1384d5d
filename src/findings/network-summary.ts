import { estimatorNames } from '../estimators/index.js';
import type { LayerReport, Report } from '../results/report.js';
import { usedEstimator } from '../results/used-estimator.js';

/** More label draws per input than this are too many: an estimate by sampling does not work then. */
export const MOST_DRAWS = 1000;

/** Figures of all layers together, for a report on `inputs` inputs. */
export const networkSummary = (layers: readonly LayerReport[], inputs: number): Report['summary'] => ({
  drawsForTarget: drawsForAll(layers),
  samplingFailsIn: informative(layers)
    .filter((layer) => (drawsOf(layer) ?? 0) > MOST_DRAWS)
    .map(({ name }) => name),
  secondsPerDraw: sumOfCosts(layers, 'secondsPerDraw'),
  inputNoise: largestInputNoise(informative(layers), inputs),
});

const informative = (layers: readonly LayerReport[]): readonly LayerReport[] =>
  layers.filter(({ recommendation }) => recommendation.reason !== 'no-information');

/** Label draws per input with which a layer reaches the target with its recommended estimator; null where unknown. */
const drawsOf = (layer: LayerReport): number | null => layer.estimators[usedEstimator(layer)].samplesForTarget;

/**
 * Label draws per input with which every layer that has information reaches the target, each with its recommended
 * estimator; null where no count is known, or where no layer has information.
 */
export function drawsForAll(layers: readonly LayerReport[]): number | null {
  const needed = informative(layers).map(drawsOf);
  return needed.length === 0 ? null : largest(needed);
}

/** The largest count, at least 1; null where one of them is. */
const largest = (counts: readonly (number | null)[]): number | null =>
  counts.reduce((most, count) => (most === null || count === null ? null : Math.max(most, count)), 1);

/** One part of the cost, summed over layers and estimators. */
export const sumOfCosts = (
  layers: readonly LayerReport[],
  part: keyof LayerReport['estimators']['gradient']['cost'],
): number =>
  layers.reduce(
    (all, { estimators: own }) => all + estimatorNames.reduce((sum, name) => sum + (own[name].cost[part] ?? 0), 0),
    0,
  );

/** The largest input noise among the layers where it exceeds label noise; null where it exceeds it in none. */
function largestInputNoise(layers: readonly LayerReport[], inputs: number): number | null {
  if (inputs < 2) return null;
  const larger = layers.flatMap(({ fisher, parameters, estimators: { gradient } }) => {
    const labelNoise = gradient.runs.at(-1)?.relativeError;
    const inputNoise = Math.sqrt((fisher.inputVariance * parameters.total) / inputs) / fisher.norm;
    return labelNoise != null && inputNoise > labelNoise ? [inputNoise] : [];
  });
  return larger.length === 0 ? null : Math.max(...larger);
}
