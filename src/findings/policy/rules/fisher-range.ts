import { short } from '../../../text/format-numbers.js';
import type { LayerReport } from '../../../results/report.js';
import { amount } from '../limits.js';
import { type Measured, layerRule } from '../rule.js';
import { samplingOf } from '../sampling.js';

/** Layers that are dead or saturated have next to no information. */
export const minFisher = layerRule({
  help: 'least mean Fisher information of a parameter in a layer: dead layers have less',
  limit: amount,
  judge: (layer, limit) => [
    {
      ...meanOf(layer, limit),
      sense: 'at least',
      remedy: 'look for dead or saturated units, and at the scale of the data',
    },
  ],
});

/** Layers that explode have very much. */
export const maxFisher = layerRule({
  help: 'largest mean Fisher information of a parameter in a layer: exploding layers have more',
  limit: amount,
  judge: (layer, limit) => [
    {
      ...meanOf(layer, limit),
      sense: 'at most',
      remedy: 'look for exploding weights or gradients, and at the scale of the data',
    },
  ],
});

function meanOf(layer: LayerReport, limit: number): Omit<Measured, 'sense' | 'remedy'> {
  const { mean } = layer.fisher;
  const all = layer.parameters.audited === layer.parameters.total && layer.estimators.gradient.exact;
  return {
    ...samplingOf(layer),
    ...(all && { relativeError: 0 }),
    ...{ value: mean, limit, limitText: short(limit) },
    says: (margin) => `mean Fisher information ${short(mean)}${margin}`,
  };
}
