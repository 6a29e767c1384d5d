import { estimatorNames } from '../estimators/index.js';
import type { LayerReport } from './report.js';
import { usedEstimator } from './used-estimator.js';

/** More label draws per input than this are too many: an estimate by sampling does not work then. */
export const MOST_DRAWS = 1000;

/**
 * Label draws per input with which every layer that has information reaches the target, each with its recommended
 * estimator; null where no count is known, or where no layer has information.
 */
export function drawsForAll(layers: readonly LayerReport[]): number | null {
  const informative = layers.filter(({ recommendation }) => recommendation.reason !== 'no-information');
  const needed = informative.map((layer) => layer.estimators[usedEstimator(layer)].samplesForTarget);
  return informative.length === 0 ? null : largest(needed);
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
