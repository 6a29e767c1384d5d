import type { Comparison, LayerComparison } from '../../results/comparison.js';
import { short, significant } from '../../text/format-numbers.js';
import { errorCell } from '../cells.js';
import { type Column, tableOf } from '../table-columns.js';
import type { Document, Tone } from '../document.js';
import { comparisonHeadline, comparisonLine, legend, times } from '../sentences/comparison.js';
import { comparisonCharts } from './comparison-charts.js';
import type { FlatRecord, Presentation } from './presentation.js';

export const comparisonPresentation = (comparison: Comparison): Presentation => ({
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

/** A ratio, with its interval where it has one. */
const within = (ratio: Ratio): string => {
  if (ratio === null) return '–';
  if (ratio.lower === ratio.value) return times(ratio.value);
  const upper = ratio.upper === null ? '∞' : significant(ratio.upper, 3);
  return `${times(ratio.value)} [${significant(ratio.lower, 3)}, ${upper}]`;
};

const statusText = ({ status, renamedFrom }: LayerComparison): string => {
  if (renamedFrom !== null) return `was ${renamedFrom}`;
  return status === 'both' ? 'in both' : status;
};

const columns: Column<LayerComparison>[] = [
  { title: 'layer', rank: 9, align: 'left', text: ({ name }) => name },
  {
    title: 'status',
    rank: 5,
    align: 'left',
    text: statusText,
  },
  figure('error\nof base', 6, ({ base }) => base?.relativeError ?? null, errorCell),
  figure('error\nof head', 6, ({ head }) => head?.relativeError ?? null, errorCell),
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
  const { base, head, layers, verdict } = comparison;
  return {
    title: `${base.path} and ${head.path}`,
    headline: comparisonHeadline(comparison),
    sections: [
      { kind: 'table', title: null, table: tableOf(columns, layers) },
      ...comparisonCharts(layers),
      {
        kind: 'items',
        title: null,
        // With checks, the layers that did not pass are listed with the verdict.
        items: layers
          .filter(({ change }) => verdict.checks.length === 0 || change === 'better' || change === 'within noise')
          .map(({ name, change, text }) => ({ name, text: `${change}: ${text}` })),
      },
      { kind: 'paragraph', tone: 'faint', text: legend(comparison) },
    ],
    verdict: { outcome: verdict.outcome, text: comparisonLine(comparison), remarks: [], checks: verdict.checks },
  };
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
