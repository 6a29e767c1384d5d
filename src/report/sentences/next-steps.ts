import type { Report } from '../../results/report.js';
import { forCount, listed, percent, plural } from '../../text/format-numbers.js';
import { drawsInWords } from './needed-draws.js';

/** Layers that a sentence names. */
const SHOWN_LAYERS = 4;

type Summary = Report['summary'];

/** What to do with the figures of an audit. */
export function nextSteps({ layers, summary, run, data, likelihood }: Report): string {
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
    ...labelNoise(summary, run.target, dead.length > 0 ? 'every other layer' : 'every layer'),
    ...inputNoise(summary, data.inputs),
    ...(likelihood.noise === null
      ? []
      : [`These figures assume labels with a standard deviation of ${likelihood.noise} (--noise).`]),
  ].join(' ');
}

/** The draws that the layers need, or the layers that need too many; empty where a count is unknown. */
function labelNoise({ drawsForTarget: draws, samplingFailsIn }: Summary, target: number, where: string): string[] {
  if (draws === null) return [];
  const least = `at most ${percent(target)}`;
  if (samplingFailsIn.length === 0)
    return [`With ${plural(draws, 'label draw')} per input, label noise is ${least} in ${where}.`];
  return [
    `Sampling does not work in ${listed(samplingFailsIn, SHOWN_LAYERS)}: label noise of ${least} takes ${drawsInWords(draws, 'label draw')} per input there.`,
  ];
}

/** That the choice of inputs matters more than the label draws; empty where it does not. */
const inputNoise = ({ inputNoise: noise }: Summary, inputs: number): string[] =>
  noise === null
    ? []
    : [
        `With only ${plural(inputs, 'input')}, input noise is about ${percent(noise)} in the layer where it is largest, so more inputs (--inputs) help more than more draws.`,
      ];
