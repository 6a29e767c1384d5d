import { freedomOf } from '../../figures/sampling-width.js';
import type { LayerReport } from '../../results/report.js';
import type { Sampling } from './rule.js';

/** How certain the figures of a layer are. */
export function samplingOf(layer: LayerReport): Sampling {
  const { samplingError, parameters } = layer;
  const subset = parameters.audited < parameters.total ? { ...parameters } : null;
  return { relativeError: samplingError, freedom: freedomOf(layer), subset };
}
