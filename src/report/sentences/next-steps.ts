import { MOST_DRAWS, drawsForAll } from '../../results/label-cost.js';
import type { LayerReport, Report } from '../../results/report.js';
import { usedEstimator } from '../../results/used-estimator.js';
import { forCount, listed, percent, plural } from '../../text/format-numbers.js';
import { drawsInWords } from './needed-draws.js';

/** Layers that a sentence names. */
const SHOWN_LAYERS = 4;

/** What to do with the figures of an audit. */
export function nextSteps({ layers, run, data, likelihood }: Report): string {
  const informative = layers.filter(({ recommendation }) => recommendation.reason !== 'no-information');
  const dead = layers.filter((layer) => !informative.includes(layer)).map(({ name }) => name);
  const use = (estimator: string, words: string): string[] => {
    const names = informative
      .filter(({ recommendation }) => recommendation.estimator === estimator)
      .map(({ name }) => name);
    if (names.length === 0) return [];
    return [`Use ${words} in ${names.length === layers.length ? 'every layer' : listed(names, SHOWN_LAYERS)}.`];
  };
  return [
    ...use('gradient', 'Î₁ (gradient)'),
    ...use('hessian', 'Î₂ (hessian)'),
    ...use('either', 'either estimator'),
    ...(dead.length > 0
      ? [`Check ${listed(dead, SHOWN_LAYERS)}, which ${forCount(dead.length, 'has', 'have')} no information.`]
      : []),
    ...labelNoise(informative, run.target, dead.length > 0 ? 'every other layer' : 'every layer'),
    ...inputNoise(informative, data.inputs),
    ...(likelihood.noise === null
      ? []
      : [`These figures assume labels with a standard deviation of ${likelihood.noise} (--noise).`]),
  ].join(' ');
}

/** The draws that some layers need, or those that need too many; empty where a count is unknown. */
function labelNoise(layers: readonly LayerReport[], target: number, where: string): string[] {
  const draws = drawsForAll(layers);
  if (draws === null) return [];
  const least = `at most ${percent(target)}`;
  if (draws <= MOST_DRAWS)
    return [`With ${plural(draws, 'label draw')} per input, label noise is ${least} in ${where}.`];
  const names = layers
    .filter((layer) => (layer.estimators[usedEstimator(layer)].samplesForTarget ?? 0) > MOST_DRAWS)
    .map(({ name }) => name);
  return [
    `Sampling does not work in ${listed(names, SHOWN_LAYERS)}: label noise of ${least} takes ${drawsInWords(draws, 'label draw')} per input there.`,
  ];
}

/** Where the choice of inputs matters more than the label draws; empty where it does not. */
function inputNoise(layers: readonly LayerReport[], inputs: number): string[] {
  const larger = layers.flatMap(({ estimators: { gradient } }) => {
    const last = gradient.runs.at(-1);
    if (last?.relativeError == null || last.relativeErrorTotal == null) return [];
    const fromInputs = Math.sqrt(last.relativeErrorTotal ** 2 - last.relativeError ** 2);
    return fromInputs > last.relativeError ? [fromInputs] : [];
  });
  if (larger.length === 0) return [];
  return [
    `With only ${plural(inputs, 'input')}, input noise is up to ${percent(Math.max(...larger))}, so more inputs (--inputs) help more than more draws.`,
  ];
}
