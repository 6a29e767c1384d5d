import { layerSamplingError } from '../sampling-width.js';
import type { LayerReport } from '../../results/report.js';
import type { Sampling } from './rule.js';

/** How certain the figures of a layer are. */
export function samplingOf(layer: LayerReport): Sampling {
  const { parameters } = layer;
  const subset = parameters.audited < parameters.total ? { ...parameters } : null;
  return { ...layerSamplingError(layer), subset };
}
