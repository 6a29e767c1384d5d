import { grouped, plural } from '../../text/format-numbers.js';
import type { LayerReport } from '../../results/report.js';
import { freedomOf } from '../../figures/sampling-width.js';

/** How far the figures of a layer may be off, and what would bring them nearer. */
export function samplingOf(layer: LayerReport): {
  readonly relativeError: number | null;
  readonly freedom: number;
  readonly decidedBy: string;
} {
  const { samplingError, parameters } = layer;
  const subset = parameters.audited < parameters.total;
  return {
    relativeError: samplingError,
    freedom: freedomOf(layer),
    decidedBy: subset
      ? `${plural(parameters.audited, 'parameter')} of ${grouped(parameters.total)} were audited; more would decide it (--parameters)`
      : 'it is an estimate from label draws; more of them (--samples) or more inputs would decide it',
  };
}
