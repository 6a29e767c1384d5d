import { listed, percent } from '../../text/format-numbers.js';
import { drawsAreEqual } from '../../results/estimator-draws.js';
import type { EstimatorReport, LayerReport, Report } from '../../results/report.js';
import { usedEstimator } from '../../results/used-estimator.js';
import { errorAtDraws } from '../../statistics/draw-counts.js';
import { type EstimatorName, estimators } from '../../estimators/index.js';
import type { Chart, ChartAxis, Section, Series } from '../document.js';

/** The charts of an audit, without those that would be empty. */
export const auditCharts = (report: Report): Section[] =>
  [informationChart(report), errorChart(report)]
    .filter(({ series }) => series.some(({ points }) => points.some(({ y }) => y !== null && y > 0)))
    .map((chart) => ({ kind: 'chart', chart }));

const logarithmic = (title: string): ChartAxis => ({ title, scale: 'logarithmic', categories: [] });

/** Information and the standard deviations of one draw, layer by layer. */
function informationChart({ layers }: Report): Chart {
  return {
    id: 'information',
    title: 'Fisher information and the noise of one draw',
    caption:
      'Mean Fisher information per parameter in each layer, and the standard deviation √V of one label draw of each estimator for ' +
      'one input (V: mean over parameters and inputs). Where √V is above the information, one draw is mostly noise. ' +
      'Whiskers are the bounds of Soen and Sun (2024) on √V.',
    x: { title: 'layer', scale: 'categories', categories: layers.map(({ name }) => name) },
    y: logarithmic('mean per parameter'),
    series: [
      {
        name: 'mean I',
        mark: 'points',
        points: layers.map(({ fisher }, x) => ({ x, y: fisher.mean })),
        bounds: [],
      },
      deviations('gradient', layers),
      deviations('hessian', layers),
    ],
    lines: [],
  };
}

const deviations = (name: EstimatorName, layers: readonly LayerReport[]): Series => ({
  name: `√V of ${estimators[name].symbol}`,
  mark: 'points',
  points: layers.map(({ estimators: { [name]: own } }, x) => ({ x, y: root(own.variance) })),
  bounds: layers.flatMap(({ estimators: { [name]: own } }, x) =>
    own.bounds === null ? [] : [{ x, lower: Math.sqrt(own.bounds.lower), upper: Math.sqrt(own.bounds.upper) }],
  ),
});

const root = (variance: number | null): number | null => (variance === null ? null : Math.sqrt(variance));

/** With more layers than this, only the worst layers and the median are drawn. */
const MANY_LAYERS = 12;
const WORST_LAYERS = 8;

interface Curve {
  readonly name: string;
  /** Relative error of one draw per input. */
  readonly error: number;
  readonly draws: number | null;
  /** Whether all draws are equal. */
  readonly isExact: boolean;
}

/** Error against number of label draws, one line for each layer. */
function errorChart({ layers, run }: Report): Chart {
  const all = layers.map(curveOf).filter((curve) => curve !== null);
  const noisy = all.filter(({ error }) => error > 0).sort((a, b) => b.error - a.error);
  const shown = noisy.length > MANY_LAYERS ? [...noisy.slice(0, WORST_LAYERS), median(noisy)] : inOrder(noisy, all);
  const counts = drawCounts([...run.samples, ...shown.flatMap(({ draws }) => draws ?? [])]);
  const exact = all.filter(({ isExact }) => isExact).map(({ name }) => name);
  return {
    id: 'error-by-draws',
    title: 'Error against label draws',
    caption: [
      'Expected relative error of the diagonal of each layer, from label draws alone and with the recommended estimator. It falls with the square root of the number of draws.',
      `The target is ${percent(run.target)}.`,
      ...(noisy.length > MANY_LAYERS
        ? [
            `The chart shows the ${WORST_LAYERS} of ${noisy.length} layers with the largest errors, and the median of all.`,
          ]
        : []),
      ...(exact.length > 0 ? [`Not shown, because one draw is exact: ${listed(exact, 6)}.`] : []),
    ].join(' '),
    x: logarithmic('label draws per input'),
    y: logarithmic('relative error, %'),
    series: shown.map(({ name, error }) => ({
      name,
      mark: 'line',
      points: counts.map((x) => ({ x, y: 100 * errorAtDraws(error, 1, x) })),
      bounds: [],
    })),
    lines: [{ name: `target ${percent(run.target)}`, y: 100 * run.target }],
  };
}

function curveOf(layer: LayerReport): Curve | null {
  const name = usedEstimator(layer);
  const own: EstimatorReport = layer.estimators[name];
  const last = own.runs.at(-1);
  if (last?.relativeError == null) return null;
  return {
    name: `${layer.name} (${estimators[name].symbol})`,
    error: errorAtDraws(last.relativeError, last.samples, 1),
    draws: own.samplesForTarget,
    isExact: drawsAreEqual(name, own),
  };
}

/** The curves in the order of the layers. */
const inOrder = (curves: readonly Curve[], order: readonly Curve[]): Curve[] =>
  order.filter((curve) => curves.includes(curve));

/** The median of sorted curves: the geometric mean of the middle two where their number is even. */
function median(curves: readonly Curve[]): Curve {
  const middle = (curves.length - 1) / 2;
  const [low, high] = [curves[Math.floor(middle)]!, curves[Math.ceil(middle)]!];
  return {
    name: `median of ${curves.length} layers`,
    error: Math.sqrt(low.error * high.error),
    draws: null,
    isExact: false,
  };
}

/** The axis of draws ends after this many doublings. */
const MOST_DOUBLINGS = 40;

/** Powers of 2 from 1 to the first that is at least the largest of the counts. */
function drawCounts(counts: readonly number[]): number[] {
  const doublings = Math.ceil(Math.log2(Math.max(2, ...counts)));
  return Array.from({ length: Math.min(doublings, MOST_DOUBLINGS) + 1 }, (_, k) => 2 ** k);
}
