import { estimators } from '../../estimators/index.js';
import type { LayerFinding } from '../../findings/compare/compare.js';
import type { Move } from '../../findings/compare/ratio.js';
import type { Comparison, LayerComparison } from '../../results/comparison.js';
import { grouped, percent, plural, short, significant } from '../../text/format-numbers.js';

type Ratio = NonNullable<LayerComparison['error']>;
type Figures = NonNullable<LayerComparison['base']>;

/** What a comparison found in a layer. */
export function comparisonText({ moves, status, base, head, error, information, change }: LayerFinding): string {
  if (moves === 'same-model') return 'base and head are the same model';
  if (moves === null || base === null || head === null) return withoutFigures[status];
  const advice = change === 'cannot tell' ? ' · audit more parameters (--parameters) to decide' : '';
  const verb = moves.information === 'up' || moves.information === 'down' ? ' moved' : '';
  const means = `${short(base.fisherMean)} → ${short(head.fisherMean)}${within(information)}`;
  return `${errorPart(base, head, moves.error, error)}mean information${verb}: ${means}${advice}`;
}

/** How the error moved; empty if it is zero in both networks, because that explains nothing. */
function errorPart(base: Figures, head: Figures, move: Move, ratio: Ratio | null): string {
  if (base.relativeError === 0 && head.relativeError === 0) return '';
  const verb = move === 'up' ? ' grew' : '';
  return `${errorOf(base, head)}${verb}: ${percent(base.relativeError)} → ${percent(head.relativeError)}${within(ratio)}; `;
}

/** The check that a layer did not become worse. */
export const changeCheckText = ({ name, change, text }: LayerComparison): string => `${name}: ${change}: ${text}`;

const withoutFigures: Record<LayerComparison['status'], string> = {
  both: 'the layer was skipped (--skip-layer), so there are no figures to compare',
  renamed: 'the layer has no figures to compare',
  reshaped: 'the weights have different shapes, so the figures cannot be compared',
  added: 'the layer is not in the base',
  removed: 'the layer is not in the head',
};

function errorOf(base: Figures, head: Figures): string {
  const other = base.estimator === head.estimator ? '' : ` (${estimators[base.estimator].symbol} before)`;
  return `error of ${estimators[head.estimator].symbol}${other}`;
}

/** A ratio: 1.25×. */
export const times = (ratio: number): string => `${significant(ratio, 3)}×`;

/** A ratio with its interval, in brackets. */
function within(ratio: Ratio | null): string {
  if (ratio === null) return '';
  const { value, lower, upper } = ratio;
  if (lower === value) return ` (${times(value)})`;
  return upper === null
    ? ` (${times(value)}; too little was sampled for an interval)`
    : ` (${times(value)}; interval ${times(lower)} to ${times(upper)})`;
}

/** What the judgements mean, with the limits of this comparison. */
export const legend = ({ tolerance, factor }: Comparison): string =>
  `A layer is worse if the error of its recommended estimator grew by more than ${percent(tolerance)} (--max-increase), or if its mean ` +
  `Fisher information changed by more than a factor of ${factor} in either direction (--max-factor). In the second case, the ` +
  'diagonal of the base is out of date. A layer is better if its error fell by as large a factor and its information did not ' +
  'change that much. Both networks were audited on the same inputs. Intervals of sampled figures hold for all layers at once.';

/** What was compared, in one line. */
export const comparisonHeadline = ({ base, head, likelihood, data, samples }: Comparison): string =>
  `${base.path} → ${head.path} · ${likelihood.family} · ${plural(data.inputs, 'input')} · errors at ${plural(samples, 'draw')}`;

/** The last line: how many layers changed in which way, and the outcome. */
export function comparisonLine({ layers, verdict }: Comparison): string {
  const unchecked =
    verdict.outcome === 'incomplete' ? '; nothing was checked (--fail-on worse checks every layer)' : '';
  const words = ['worse', 'cannot tell', 'better', 'within noise'] as const;
  const counts = words.flatMap((word) => {
    const count = layers.filter(({ change }) => change === word).length;
    return count === 0 ? [] : [`${grouped(count)} ${word}`];
  });
  return `${plural(layers.length, 'layer')} compared: ${counts.join(', ')}${unchecked}: ${verdict.outcome}`;
}
