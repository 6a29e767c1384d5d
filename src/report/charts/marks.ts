import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { Chart, Series } from '../document.js';
import { INK, type Look, lookOf } from './looks.js';
import type { Scale } from './scale.js';

type Mark = CustomSeriesOption | LineSeriesOption | ScatterSeriesOption;

/** The chart is static: no highlighting, no pointers. */
const still = { silent: true, animation: false, clip: true } as const;
const plain = { ...still, emphasis: { disabled: true } } as const;

/** Distance between points of different series in one category, as a share of the category. */
const SHIFT = 0.2;
const CAP = 4;

/** Everything between the axes. */
export function marksOf({ x: { scale }, series, lines }: Chart, x: Scale, y: Scale): Mark[] {
  const drawn = series.map((one, k): Mark[] => {
    const shift = scale === 'categories' && one.mark === 'points' ? (k - (series.length - 1) / 2) * SHIFT : 0;
    return one.mark === 'points' ? pointMarks(one, lookOf(k), x, y, shift) : lineMarks(one, lookOf(k), x, y);
  });
  return [...lines.map((line) => horizontal(line, x, y)), ...drawn.flat()];
}

interface Bound {
  readonly x: number;
  /** Null: open, down to the end of the axis. */
  readonly lower: number | null;
  readonly upper: number;
}

/** Positions of the bounds that have one. */
const boundsOf = ({ bounds }: Series, x: Scale, y: Scale): Bound[] =>
  bounds.flatMap((bound) => {
    const [place, upper] = [x.place(bound.x), y.place(bound.upper)];
    return place === null || upper === null ? [] : [{ x: place, lower: y.place(bound.lower), upper }];
  });

function pointMarks(series: Series, { colour, marker }: Look, x: Scale, y: Scale, shift: number): Mark[] {
  const points = series.points.flatMap((point) => {
    const [left, up] = [x.place(point.x), y.place(point.y)];
    return left === null || up === null ? [] : [[left + shift, up]];
  });
  const bounds = boundsOf(series, x, y);
  const whiskers: CustomSeriesOption = {
    type: 'custom',
    ...still,
    data: bounds.map(({ upper }) => [0, upper]),
    renderItem: ({ dataIndex }, { coord }) => ({
      type: 'path',
      shape: { pathData: whisker(bounds[dataIndex]!, (left, up) => coord([left + shift, up]), y.min) },
      style: { stroke: colour, fill: 'none', lineWidth: 1.25 },
    }),
  };
  const symbols: ScatterSeriesOption = {
    type: 'scatter',
    name: series.name,
    ...plain,
    data: points,
    symbol: marker,
    symbolSize: 8,
    itemStyle: { color: colour, opacity: 1 },
  };
  return [whiskers, symbols];
}

type Coordinates = (left: number, up: number) => number[];

/** A vertical line with a cap at each closed end, as an SVG path. */
function whisker({ x, lower, upper }: Bound, at: Coordinates, floor: number): string {
  const [[left = 0, top = 0], [, bottom = 0]] = [at(x, upper), at(x, lower ?? floor)];
  const cap = (height: number): string => `M${left - CAP} ${height}H${left + CAP}`;
  return `M${left} ${top}V${bottom}${cap(top)}${lower === null ? '' : cap(bottom)}`;
}

function lineMarks(series: Series, { colour, marker, dash }: Look, x: Scale, y: Scale): Mark[] {
  const bounds = boundsOf(series, x, y);
  const band: CustomSeriesOption = {
    type: 'custom',
    ...still,
    data: [[0, 0]],
    renderItem: (_, { coord }) => ({
      type: 'polygon',
      shape: {
        points: [
          ...bounds.map((bound) => coord([bound.x, bound.upper])),
          ...bounds.toReversed().map((bound) => coord([bound.x, bound.lower ?? y.min])),
        ],
      },
      style: { fill: colour, opacity: 0.15 },
    }),
  };
  return [
    ...(bounds.length > 1 ? [band] : []),
    {
      type: 'line',
      name: series.name,
      ...plain,
      data: series.points.flatMap((point) => {
        const left = x.place(point.x);
        return left === null ? [] : [[left, y.place(point.y) ?? '-']];
      }),
      symbol: marker,
      symbolSize: 6,
      showAllSymbol: true,
      color: colour,
      lineStyle: { color: colour, width: 1.75, type: dash.length === 0 ? 'solid' : [...dash] },
    },
  ];
}

/** A horizontal reference line. */
function horizontal({ name, y: height }: Chart['lines'][number], x: Scale, y: Scale): LineSeriesOption {
  const up = y.place(height) ?? '-';
  return {
    type: 'line',
    name,
    ...plain,
    data: [
      [x.min, up],
      [x.max, up],
    ],
    symbol: 'none',
    color: INK,
    lineStyle: { color: INK, width: 1.25, type: [4, 4] },
  };
}
