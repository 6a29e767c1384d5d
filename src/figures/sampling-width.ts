import { simultaneousWidth } from '../statistics/simultaneous.js';
import type { LayerReport } from '../results/report.js';

type Sampled = Pick<LayerReport, 'parameters' | 'samplingError' | 'samplingFreedom'>;

/** Degrees of freedom of a layer's sampling error; 0 where too little was sampled to tell. */
export const freedomOf = ({ parameters, samplingFreedom }: Sampled): number =>
  parameters.audited < parameters.total ? (samplingFreedom ?? 0) : Infinity;

/**
 * How far the logarithm of a layer's figures may be off, as one of `count` that are to hold at once: 0 where nothing was
 * sampled, Infinity where too little was to tell.
 */
export const samplingWidth = (layer: Sampled, count = 1): number =>
  layer.samplingError === 0 ? 0 : simultaneousWidth(count, freedomOf(layer)) * (layer.samplingError ?? Infinity);
