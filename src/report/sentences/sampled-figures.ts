import type { LayerReport } from '../../results/report.js';
import { grouped, percent, plural } from '../../text/format-numbers.js';

type Sampled = Pick<LayerReport, 'parameters' | 'samplingError'>;

/** How uncertain the figures of a layer are, where they were sampled; empty for exact figures. */
export function sampledSentence({ parameters, samplingError }: Sampled): string {
  if (samplingError === 0) return '';
  const margin = samplingError === null ? 'too few to estimate the error' : `± ${percent(samplingError)}`;
  if (parameters.audited === parameters.total) return `The figures are estimates from label draws (${margin}).`;
  return `The figures are estimates from ${grouped(parameters.audited)} of ${plural(parameters.total, 'parameter')} (${margin}).`;
}

/** The same for several layers: their parameters together, and the largest margin. */
export function sampledTogether(layers: readonly Sampled[]): string {
  const sampled = layers.filter(({ samplingError }) => samplingError !== 0);
  if (sampled.length === 0) return '';
  const total = (which: 'audited' | 'total'): number =>
    sampled.reduce((sum, { parameters }) => sum + parameters[which], 0);
  const known = sampled.flatMap(({ samplingError }) => samplingError ?? []);
  const samplingError = known.length < sampled.length ? null : Math.max(...known);
  const sentence = sampledSentence({
    parameters: { audited: total('audited'), total: total('total') },
    samplingError,
  });
  return sampled.length === layers.length
    ? sentence
    : sentence.replace('The figures', `The figures of ${grouped(sampled.length)} of these layers`);
}
