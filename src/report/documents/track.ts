import { type EstimatorName, estimators } from '../../estimators/index.js';
import { grouped, plural, short } from '../../text/format-numbers.js';
import type { Track, TrackedLayer, TrackedPoint } from '../../results/track.js';
import { type Column, tableOf } from '../table-columns.js';
import { errorCell } from '../cells.js';
import type { Document, Section } from '../document.js';
import { span, trackContrast, trackHeadline, trackLine } from '../sentences/track.js';
import type { FlatRecord, Presentation } from './presentation.js';
import { trackCharts } from './track-charts.js';

export const trackPresentation = (result: Track): Presentation => ({
  document: () => trackDocument(result),
  records: () => result.layers.flatMap((layer) => recordsOf(layer, result)),
  lines: result.layers,
});

const firstOf = ({ points }: TrackedLayer): TrackedPoint | null => points[0] ?? null;
const lastOf = ({ points }: TrackedLayer): TrackedPoint | null => points.at(-1) ?? null;

/** A figure at the first and at the last checkpoint. */
function arrow(
  title: string,
  rank: number,
  value: (point: TrackedPoint) => number | null,
  show: (value: number | null) => string,
): Column<TrackedLayer> {
  const at = (point: TrackedPoint | null): number | null => point && value(point);
  return {
    title,
    rank,
    align: 'right',
    text: (layer) => `${show(at(firstOf(layer)))} → ${show(at(lastOf(layer)))}`,
    value: (layer) => at(lastOf(layer)),
  };
}

const errorColumn = (name: EstimatorName): Column<TrackedLayer> =>
  arrow(
    `${estimators[name].symbol} error\nfirst → last`,
    7,
    (point) => point.estimators[name].relativeError,
    errorCell,
  );

function columnsFor({ checkpoints }: Track): Column<TrackedLayer>[] {
  return [
    { title: 'layer', rank: 10, align: 'left', text: ({ name }) => name },
    {
      title: 'parameters',
      rank: 4,
      align: 'right',
      text: ({ parameters }) => grouped(parameters),
      value: ({ parameters }) => parameters,
    },
    arrow('mean I\nfirst → last', 6, ({ fisher }) => fisher.mean, short),
    errorColumn('gradient'),
    errorColumn('hessian'),
    { title: 'use', rank: 9, align: 'left', text: ({ winner }) => winner.estimator ?? '–', tone: () => 'good' },
    {
      title: 'since',
      rank: 8,
      align: 'left',
      text: ({ winner }) => checkpoints[winner.since ?? -1]?.name ?? '–',
      value: ({ winner }) => winner.since,
    },
  ];
}

function trackDocument(result: Track): Document {
  const { checkpoints, layers, conventions, verdict } = result;
  const contrast = trackContrast(result);
  return {
    title: `${plural(checkpoints.length, 'checkpoint')}: ${span(result)}`,
    headline: trackHeadline(result),
    sections: [
      { kind: 'table', title: null, table: tableOf(columnsFor(result), layers) },
      { kind: 'items', title: null, items: layers.map(({ name, text }) => ({ name, text })) },
      {
        kind: 'items',
        title: 'Before you rely on it',
        items: [checkpoints[0], checkpoints.at(-1)].flatMap((one) =>
          one ? [{ name: one.name, text: one.decision }] : [],
        ),
      },
      ...(contrast === null ? [] : [{ kind: 'paragraph', text: contrast } as const]),
      ...trackCharts(result).map((chart): Section => ({ kind: 'chart', chart })),
      { kind: 'paragraph', text: `Conventions: ${conventions.join(' ')}`, tone: 'faint' },
    ],
    verdict: {
      outcome: verdict.outcome,
      text: trackLine(result),
      remarks: [],
      checks: verdict.checks,
    },
  };
}

const estimatorRecord = (name: EstimatorName, point: TrackedPoint): FlatRecord => {
  const { variance, bounds, relativeError, samplesForTarget } = point.estimators[name];
  return {
    [`${name}Variance`]: variance,
    [`${name}Lower`]: bounds?.lower ?? null,
    [`${name}Upper`]: bounds?.upper ?? null,
    [`${name}RelativeError`]: relativeError,
    [`${name}SamplesForTarget`]: samplesForTarget,
  };
};

const pointRecord = (point: TrackedPoint): FlatRecord => ({
  fisherMean: point.fisher.mean,
  empiricalMean: point.empirical?.mean ?? null,
  ...estimatorRecord('gradient', point),
  ...estimatorRecord('hessian', point),
  recommendation: point.recommended,
  samplingError: point.samplingError,
});

/** A row for every checkpoint that has the layer. */
const recordsOf = ({ name, points }: TrackedLayer, { checkpoints }: Track): FlatRecord[] =>
  points.flatMap((point, k) => {
    const checkpoint = checkpoints[k];
    return point && checkpoint
      ? [{ layer: name, checkpoint: checkpoint.name, path: checkpoint.path, ...pointRecord(point) }]
      : [];
  });
