import { type EstimatorName, estimators } from '../../estimators/index.js';
import { grouped, percent, short } from '../../text/format-numbers.js';
import { drawsAreEqual } from '../../results/estimator-draws.js';
import type { LayerReport, Report, WeightReport } from '../../results/report.js';
import { drawsCell, errorCell } from '../cells.js';
import type { Column } from '../table-columns.js';

const typeOf = (layer: LayerReport): string => (layer.activation ? `${layer.type} ${layer.activation}` : layer.type);

/** "4 096", or "12 of 4 096" where only some parameters were audited. */
const countOf = ({ total, audited }: LayerReport['parameters']): string =>
  audited === total ? grouped(total) : `${grouped(audited)} of ${grouped(total)}`;

/** Rank of the column of parameters: higher where only some were audited, because the reader must see that. */
const rankOfCounts = (rows: readonly Pick<LayerReport, 'parameters'>[], above: number): number =>
  rows.every(({ parameters }) => parameters.audited === parameters.total) ? 4 : above;

function errorColumn(name: EstimatorName, samples: number, last: boolean, target: number): Column<LayerReport> {
  const errorOf = (layer: LayerReport): number | null =>
    layer.estimators[name].runs.find((run) => run.samples === samples)?.relativeError ?? null;
  return {
    title: `${estimators[name].symbol} error\nat ${grouped(samples)}`,
    rank: last ? 8 : 2,
    align: 'right',
    text: (layer) => (drawsAreEqual(name, layer.estimators[name]) ? 'exact' : errorCell(errorOf(layer))),
    value: errorOf,
    tone: (layer) => ((errorOf(layer) ?? 0) > target ? 'warn' : 'plain'),
  };
}

const drawsColumn = (name: EstimatorName, target: number): Column<LayerReport> => ({
  title: `${estimators[name].symbol} draws\nfor ${percent(target)}`,
  rank: 6,
  align: 'right',
  text: (layer) => drawsCell(layer.estimators[name].samplesForTarget),
  value: (layer) => layer.estimators[name].samplesForTarget,
});

/** The columns of the table of layers. */
export function layerColumns({ run, layers }: Report): Column<LayerReport>[] {
  const errors = (name: EstimatorName): Column<LayerReport>[] =>
    run.samples.map((samples, index) => errorColumn(name, samples, index === run.samples.length - 1, run.target));
  return [
    { title: 'layer', rank: 10, align: 'left', text: ({ name }) => name },
    { title: 'type', rank: 3, align: 'left', text: typeOf, tone: () => 'faint' },
    {
      title: 'parameters',
      rank: rankOfCounts(layers, 7),
      align: 'right',
      text: ({ parameters }) => countOf(parameters),
      value: ({ parameters }) => parameters.total,
    },
    {
      title: 'mean I',
      rank: 5,
      align: 'right',
      text: ({ fisher }) => short(fisher.mean),
      value: ({ fisher }) => fisher.mean,
    },
    ...errors('gradient'),
    ...errors('hessian'),
    drawsColumn('gradient', run.target),
    drawsColumn('hessian', run.target),
    {
      title: 'use',
      rank: 9,
      align: 'left',
      text: ({ recommendation }) => recommendation.estimator,
      tone: ({ recommendation }) => (recommendation.reason === 'no-information' ? 'warn' : 'good'),
    },
  ];
}

const deviation = (weight: WeightReport, name: EstimatorName): number | null => {
  const variance = weight.variance[name];
  return variance === null || weight.fisher.mean === 0 ? null : Math.sqrt(variance) / weight.fisher.mean;
};

/** The columns of the table of weights; deviations are those of one draw, relative to the mean information. */
export function weightColumns(weights: readonly WeightReport[]): Column<WeightReport>[] {
  return [
    { title: 'weight', rank: 10, align: 'left', text: ({ name }) => name },
    { title: 'shape', rank: 3, align: 'right', text: ({ shape }) => shape.join('×'), tone: () => 'faint' },
    {
      title: 'parameters',
      rank: rankOfCounts(weights, 9),
      align: 'right',
      text: ({ parameters }) => countOf(parameters),
      value: ({ parameters }) => parameters.total,
    },
    {
      title: 'mean I',
      rank: 8,
      align: 'right',
      text: ({ fisher }) => short(fisher.mean),
      value: ({ fisher }) => fisher.mean,
    },
    {
      title: 'Î₁ of one draw\nsd / mean I',
      rank: 7,
      align: 'right',
      text: (weight) => errorCell(deviation(weight, 'gradient')),
      value: (weight) => deviation(weight, 'gradient'),
    },
    {
      title: 'Î₂ of one draw\nsd / mean I',
      rank: 7,
      align: 'right',
      text: (weight) => errorCell(deviation(weight, 'hessian')),
      value: (weight) => deviation(weight, 'hessian'),
    },
  ];
}
