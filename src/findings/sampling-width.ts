import type { LayerReport } from '../results/report.js';
import { type SamplingError, freedomOf, logarithmicWidth } from '../statistics/interval.js';

type Sampled = Pick<LayerReport, 'parameters' | 'samplingError' | 'samplingFreedom' | 'samplingTail'>;

/** The sampling error of a layer's figures. */
export const layerSamplingError = ({
  parameters,
  samplingError,
  samplingFreedom,
  samplingTail,
}: Sampled): SamplingError => ({
  relativeError: samplingError,
  freedom: freedomOf(parameters.audited, parameters.total, samplingFreedom),
  tail: samplingTail,
});

/** Half the width of the interval of the logarithm of a layer's figures. */
export const samplingWidth = (layer: Sampled): number => logarithmicWidth(layerSamplingError(layer), 1);
