import { grouped, plural } from '../../text/format-numbers.js';
import type { LayerReport } from '../../results/report.js';
import type { SamplingError } from '../../statistics/interval.js';
import { layerSamplingError } from '../sampling-width.js';

/** How far the figures of a layer may be off, and what would bring them nearer. */
export function samplingOf(layer: LayerReport): SamplingError & { readonly decidedBy: string } {
  const { parameters } = layer;
  const subset = parameters.audited < parameters.total;
  return {
    ...layerSamplingError(layer),
    decidedBy: subset
      ? `${plural(parameters.audited, 'parameter')} of ${grouped(parameters.total)} were audited; more would decide it (--parameters)`
      : 'it is an estimate from label draws; more of them (--samples) or more inputs would decide it',
  };
}
