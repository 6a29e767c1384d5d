import { type EstimatorName, estimators } from '../../estimators/index.js';
import { EQUAL_WITHIN, type RecommendationFinding } from '../../findings/recommend.js';
import { MOST_DRAWS } from '../../findings/network-summary.js';
import type { LayerFigures, LayerReport } from '../../results/report.js';
import { capitalise, forCount, grouped, listed, percent, plural, short } from '../../text/format-numbers.js';
import type { Item } from '../document.js';
import { drawsInWords, needsSentence } from './needed-draws.js';
import { sampledTogether } from './sampled-figures.js';

/** Kinks that a sentence names; the JSON report lists all of them. */
const SHOWN_KINKS = 6;

const kinksOf = ({ estimators: { hessian } }: LayerFigures): string => listed(hessian.kinks, SHOWN_KINKS);

/** Why an estimator is recommended in a layer, and how many draws it takes. */
export function recommendationText(finding: RecommendationFinding, layer: LayerFigures, target: number): string {
  switch (finding.reason) {
    case 'no-information':
      return `${capitalise(noInformation(layer.parameters))}. Units may be dead or saturated on these inputs; check the scale of the inputs (--scale).`;
    case 'zero-variance':
      return `Î₂ has zero variance, because the outputs (before a final softmax or sigmoid) are linear in these parameters. ${needsSentence(layer, ['gradient'], target)}`;
    case 'zero-variance-almost-everywhere':
      return `Î₂ is exact here: second derivatives are zero almost everywhere, so automatic differentiation returns the exact diagonal, without label noise (kinks: ${kinksOf(layer)}).`;
    case 'not-applicable': {
      const exact = finding.curved
        ? ''
        : ' Second derivatives are zero almost everywhere, so automatic differentiation would still return the exact diagonal for Î₂.';
      return `Î₂ does not apply, because operations after these parameters have kinks: ${kinksOf(layer)}.${exact} ${needsSentence(layer, ['gradient'], target)}`;
    }
    case 'equal-variance':
      return byVariance(
        layer,
        target,
        `The variances differ by at most a factor of ${EQUAL_WITHIN}, and Î₁ (gradient) is cheaper.`,
      );
    case 'uncertain':
      return byVariance(layer, target, `${tooFew(layer)} to decide which variance is lower.`);
    case 'lower-variance': {
      const other: EstimatorName = finding.estimator === 'gradient' ? 'hessian' : 'gradient';
      const [symbol, rival] = [estimators[finding.estimator].symbol, estimators[other].symbol];
      return byVariance(layer, target, `The variance of ${rival} is ${short(finding.factor)} times that of ${symbol}.`);
    }
  }
}

const byVariance = (layer: LayerFigures, target: number, sentence: string): string =>
  `${sentence} ${needsSentence(layer, ['gradient', 'hessian'], target)}${caveat(layer)}`;

const tooFew = ({ parameters }: LayerFigures): string =>
  parameters.audited < parameters.total
    ? 'Too few parameters were audited (--parameters)'
    : 'Too few labels were drawn (--samples)';

const caveat = (layer: LayerFigures): string =>
  layer.estimators.hessian.almostEverywhere
    ? ` Second derivatives were taken almost everywhere (kinks: ${kinksOf(layer)}).`
    : '';

/** That a layer has no Fisher information, without the end of the sentence. */
export const noInformation = ({ audited, total }: LayerReport['parameters']): string => {
  const which =
    audited === total ? 'every parameter' : `the ${plural(audited, 'audited parameter')} (of ${grouped(total)})`;
  return `the Fisher information of ${which} is zero`;
};

/** Layers to which Î₂ does not apply, in one item. */
export function notApplicableTogether(layers: readonly LayerReport[], target: number): Item {
  const known = layers.flatMap(({ estimators: { gradient } }) => gradient.samplesForTarget ?? []);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const range =
    least > MOST_DRAWS || least === most ? drawsInWords(most) : `${grouped(least)} to ${drawsInWords(most)}`;
  const needs =
    known.length === 0
      ? ''
      : ` For a relative error of ${percent(target)}, Î₁ needs ${range} in ${forCount(layers.length, 'this layer', 'these layers')}.`;
  const sampled = sampledTogether(layers);
  return {
    name: listed(
      layers.map(({ name }) => name),
      3,
    ),
    text: `Î₂ does not apply, because operations after their parameters have kinks.${needs}${sampled && ` ${sampled}`}`,
  };
}
