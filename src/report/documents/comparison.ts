import type { Comparison, LayerComparison } from '../../results/comparison.js';
import { grouped, percent, plural, short } from '../../text/format-numbers.js';
import { type Column, tableOf } from '../columns.js';
import type { Document, Tone } from '../document.js';
import { comparisonCharts } from './comparison-charts.js';
import type { FlatRecord, Shown } from './shown.js';

export const comparisonShown = (comparison: Comparison): Shown => ({
  document: () => comparisonDocument(comparison),
  records: () => comparison.layers.map(recordOf),
  lines: comparison.layers,
});

const tones: Record<LayerComparison['change'], Tone> = {
  better: 'good',
  worse: 'bad',
  'within noise': 'plain',
  'cannot tell': 'warn',
};

type Ratio = LayerComparison['error'];

const times = (ratio: Ratio): string => (ratio === null ? '–' : `${Number(ratio.value.toPrecision(3))}×`);

/** The ratio with its interval; exact ones have none. */
const within = (ratio: Ratio): string => {
  if (ratio === null || ratio.lower === ratio.value) return times(ratio);
  const upper = ratio.upper === null ? '∞' : Number(ratio.upper.toPrecision(3));
  return `${times(ratio)} [${Number(ratio.lower.toPrecision(3))}, ${upper}]`;
};

const columns: Column<LayerComparison>[] = [
  { title: 'layer', rank: 9, align: 'left', text: ({ name }) => name },
  {
    title: 'status',
    rank: 5,
    align: 'left',
    text: ({ status, renamedFrom }) => (renamedFrom === null ? status : `was ${renamedFrom}`),
  },
  figure('error\nof base', 6, ({ base }) => base?.relativeError ?? null, percent),
  figure('error\nof head', 6, ({ head }) => head?.relativeError ?? null, percent),
  figure(
    'change',
    8,
    ({ error }) => error?.value ?? null,
    null,
    ({ error }) => within(error),
  ),
  figure('mean I\nof base', 4, ({ base }) => base?.fisherMean ?? null, short),
  figure('mean I\nof head', 4, ({ head }) => head?.fisherMean ?? null, short),
  figure(
    'change\nof mean I',
    7,
    ({ information }) => information?.value ?? null,
    null,
    ({ information }) => within(information),
  ),
  { title: 'judged', rank: 9, align: 'left', text: ({ change }) => change, tone: ({ change }) => tones[change] },
];

function figure(
  title: string,
  rank: number,
  value: (layer: LayerComparison) => number | null,
  show: ((value: number | null) => string) | null,
  text: (layer: LayerComparison) => string = (layer) => (show ? show(value(layer)) : ''),
): Column<LayerComparison> {
  return { title, rank, align: 'right', text, value };
}

function comparisonDocument(comparison: Comparison): Document {
  const { base, head, data, likelihood, samples, layers, tolerance, factor, verdict } = comparison;
  return {
    title: `${base.path} and ${head.path}`,
    headline: `${base.path} → ${head.path} · ${likelihood.family} · ${plural(data.inputs, 'input')} · errors at ${plural(samples, 'draw')}`,
    sections: [
      { kind: 'table', title: null, table: tableOf(columns, layers) },
      ...comparisonCharts(layers),
      {
        kind: 'items',
        title: null,
        // Where every layer is a check, those that did not pass say so below.
        items: layers
          .filter(({ change }) => verdict.checks.length === 0 || change === 'better' || change === 'within noise')
          .map(({ name, change, text }) => ({ name, text: `${change}: ${text}` })),
      },
      {
        kind: 'paragraph',
        tone: 'faint',
        text:
          `Worse: the error of the recommended estimator grew by more than ${percent(tolerance)} (--max-increase), or the mean Fisher information moved by more than ` +
          `${short(factor)}× to either side (--max-factor), so that what was built on the base's diagonal no longer holds. Both sides are of the same inputs; ` +
          'intervals, where figures were sampled, hold for all layers at once.',
      },
    ],
    verdict: { outcome: verdict.outcome, text: lastLine(comparison), remarks: [], checks: verdict.checks },
  };
}

function lastLine({ layers, verdict }: Comparison): string {
  const unchecked = verdict.outcome === 'incomplete' ? ', not checked (--fail-on worse)' : '';
  const words = ['worse', 'cannot tell', 'better', 'within noise'] as const;
  const counts = words.flatMap((word) => {
    const count = layers.filter(({ change }) => change === word).length;
    return count === 0 ? [] : [`${grouped(count)} ${word}`];
  });
  return `${plural(layers.length, 'layer')} compared: ${counts.join(', ')}${unchecked}: ${verdict.outcome}`;
}

const sideRecord = (name: string, side: LayerComparison['base']): FlatRecord => ({
  [`${name}Estimator`]: side?.estimator ?? null,
  [`${name}RelativeError`]: side?.relativeError ?? null,
  [`${name}FisherMean`]: side?.fisherMean ?? null,
});

const ratioRecord = (name: string, ratio: Ratio): FlatRecord => ({
  [`${name}Ratio`]: ratio?.value ?? null,
  [`${name}RatioLower`]: ratio?.lower ?? null,
  [`${name}RatioUpper`]: ratio?.upper ?? null,
});

const recordOf = ({
  name,
  status,
  renamedFrom,
  base,
  head,
  error,
  information,
  change,
}: LayerComparison): FlatRecord => ({
  layer: name,
  status,
  renamedFrom,
  ...sideRecord('base', base),
  ...sideRecord('head', head),
  ...ratioRecord('error', error),
  ...ratioRecord('information', information),
  change,
});
