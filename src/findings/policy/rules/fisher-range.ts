import type { LayerReport } from '../../../results/report.js';
import { amount } from '../limit-schemas.js';
import { type Measured, layerRule } from '../rule.js';
import { samplingOf } from '../layer-sampling.js';

/** Finds dead and saturated layers. */
export const minFisher = layerRule({
  help: 'smallest mean Fisher information per parameter of a layer; dead layers have less',
  limit: amount,
  judge: (layer, limit) => [meanOf(layer, limit, 'at least')],
});

/** Finds exploding layers. */
export const maxFisher = layerRule({
  help: 'largest mean Fisher information per parameter of a layer; exploding layers have more',
  limit: amount,
  judge: (layer, limit) => [meanOf(layer, limit, 'at most')],
});

function meanOf(layer: LayerReport, limit: number, sense: Measured['sense']): Measured {
  const isExact = layer.parameters.audited === layer.parameters.total && layer.estimators.gradient.exact;
  return {
    ...samplingOf(layer),
    ...(isExact && { relativeError: 0 }),
    kind: 'measured',
    value: layer.fisher.mean,
    limit,
    sense,
  };
}
