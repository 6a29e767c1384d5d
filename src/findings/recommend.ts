import { estimators } from '../estimators/index.js';
import { listed, percent, plural, short } from '../text/format-numbers.js';
import type { LayerFigures, Recommendation } from '../results/report.js';
import { samplingWidth } from '../figures/sampling-width.js';

/** Estimators whose variances are closer than this factor are as good as one another. */
export const EQUAL_WITHIN = 1.5;

/** Kinks that a layer's text names; the report lists all of them. */
const SHOWN_KINKS = 6;

/**
 * Which estimator to trust in a layer, and why. `curved`: whether some operation after its parameters has a second
 * derivative that is not zero almost everywhere.
 */
export function recommend(layer: LayerFigures, curved: boolean, target: number): Recommendation {
  const { gradient, hessian } = layer.estimators;
  if (layer.fisher.trace === 0) return noInformation(layer);
  if (hessian.applicability === 'linear') {
    const text = `Î₂ has zero variance: the outputs are linear in the parameters (Î₁: ${draws(layer, 'gradient', target)})`;
    return { estimator: 'hessian', reason: 'zero-variance', text };
  }
  if (hessian.applicability === 'kinked' && !hessian.almostEverywhere) return notApplicable(layer, curved, target);
  if (hessian.applicability === 'kinked' && !curved) {
    const text = `second derivatives are zero almost everywhere: Î₂ by automatic differentiation is the exact diagonal here, without label noise (kinks: ${listed(hessian.kinks, SHOWN_KINKS)})`;
    return { estimator: 'hessian', reason: 'zero-variance-almost-everywhere', text };
  }
  const caveat = hessian.almostEverywhere
    ? ` (second derivatives almost everywhere; kinks: ${listed(hessian.kinks, SHOWN_KINKS)})`
    : '';
  const { text, ...better } = byVariance(layer, gradient.variance ?? 0, hessian.variance ?? 0, target);
  return { ...better, text: text + caveat };
}

function noInformation({ parameters }: LayerFigures): Recommendation {
  const all = parameters.audited === parameters.total;
  const which = all ? 'every parameter' : `the ${plural(parameters.audited, 'parameter')} that were audited`;
  const text = `the Fisher information of ${which} is zero: units that are dead or saturated on these inputs, perhaps from inputs of another scale (--scale)`;
  return { estimator: 'either', reason: 'no-information', text };
}

function draws(layer: LayerFigures, name: 'gradient' | 'hessian', target: number): string {
  const needed = layer.estimators[name].samplesForTarget;
  return needed === null ? 'no draws reach it' : `${plural(needed, 'draw')} for ${percent(target)}`;
}

function notApplicable(layer: LayerFigures, curved: boolean, target: number): Recommendation {
  const { kinks } = layer.estimators.hessian;
  const almostEverywhere = curved
    ? ''
    : '; its second derivatives are zero almost everywhere, so automatic differentiation would return the exact diagonal for it';
  const text = `Î₂ does not apply: kinks on the way to the outputs, ${listed(kinks, SHOWN_KINKS)}${almostEverywhere} (Î₁: ${draws(layer, 'gradient', target)})`;
  return { estimator: 'gradient', reason: 'not-applicable', text };
}

/**
 * The factor by which sampling may have moved the ratio of the variances, which is the squared ratio of two relative
 * errors.
 */
const uncertainty = (layer: LayerFigures): number => Math.exp(4 * samplingWidth(layer));

function byVariance(layer: LayerFigures, first: number, second: number, target: number): Recommendation {
  const factor = Math.max(first, second) / Math.min(first, second);
  const needs = `Î₁: ${draws(layer, 'gradient', target)}, Î₂: ${draws(layer, 'hessian', target)}`;
  if (factor <= EQUAL_WITHIN || first === second) {
    const text = `variances are within a factor ${EQUAL_WITHIN}; gradient is the cheaper one (${needs})`;
    return { estimator: 'either', reason: 'equal-variance', text };
  }
  if (factor <= uncertainty(layer)) {
    const text = `too few parameters were audited to tell which variance is lower (--parameters; ${needs})`;
    return { estimator: 'either', reason: 'uncertain', text };
  }
  const estimator = first < second ? 'gradient' : 'hessian';
  const text = `${estimators[estimator].symbol} has ${short(factor)}× lower variance (${needs})`;
  return { estimator, reason: 'lower-variance', text };
}
