import type { Track, TrackedLayer, TrackedPoint } from '../../results/track.js';
import type { Chart, Series } from '../document.js';

/** Two plots for each layer, as in the figures of Soen and Sun (2024): what the estimates are, and how tight bounds are. */
export function trackCharts({ checkpoints, layers }: Track): Chart[] {
  const x = { title: 'checkpoint', scale: 'categories', categories: checkpoints.map(({ name }) => name) } as const;
  return layers.flatMap((layer, index): Chart[] => [
    {
      id: `track-${index}`,
      title: layer.name,
      caption: `Mean Fisher information of ${layer.name}, and the standard deviation of one draw of both estimators with their bounds, over training; with --labels the empirical Fisher, which is another quantity.`,
      x,
      y: { title: 'per parameter', scale: 'logarithmic', categories: [] },
      series: [
        information(layer),
        contrast(layer),
        deviation(layer, 'gradient', '√V₁'),
        deviation(layer, 'hessian', '√V₂'),
      ].filter(hasPoints),
      lines: [],
    },
    {
      id: `track-${index}-bounds`,
      title: `${layer.name}: upper bound / variance`,
      caption: `How far the upper bounds on the variances of ${layer.name} lie above them.`,
      x,
      y: { title: 'ratio', scale: 'logarithmic', categories: [] },
      series: [tightness(layer, 'gradient', 'Î₁'), tightness(layer, 'hessian', 'Î₂')].filter(hasPoints),
      lines: [{ name: 'tight', y: 1 }],
    },
  ]);
}

type EstimatorName = keyof TrackedPoint['estimators'];

/** Nothing that is never positive can be drawn on a logarithmic axis. */
const hasPoints = ({ points }: Series): boolean => points.some(({ y }) => y !== null);

const positive = (value: number | null | undefined): number | null => (value != null && value > 0 ? value : null);

const line = (
  name: string,
  { points }: TrackedLayer,
  y: (point: TrackedPoint) => number | null,
): Omit<Series, 'bounds'> => ({
  name,
  mark: 'line',
  points: points.map((point, place) => ({ x: place, y: positive(point && y(point)) })),
});

const information = (layer: TrackedLayer): Series => ({
  ...line('mean information', layer, ({ fisher }) => fisher.mean),
  bounds: [],
});

/** Of the data set's own labels, where they were asked for. */
const contrast = (layer: TrackedLayer): Series => ({
  ...line('empirical Fisher', layer, ({ empirical }) => empirical?.mean ?? null),
  bounds: [],
});

const deviation = (layer: TrackedLayer, name: EstimatorName, title: string): Series => ({
  ...line(title, layer, ({ estimators }) => Math.sqrt(estimators[name].variance ?? 0)),
  bounds: layer.points.flatMap((point, place) => {
    const bounds = point?.estimators[name].bounds;
    return bounds && bounds.upper > 0
      ? [{ x: place, lower: Math.sqrt(bounds.lower), upper: Math.sqrt(bounds.upper) }]
      : [];
  }),
});

const tightness = (layer: TrackedLayer, name: EstimatorName, title: string): Series => ({
  ...line(title, layer, ({ estimators }) => {
    const { variance, bounds } = estimators[name];
    return variance && bounds ? bounds.upper / variance : null;
  }),
  bounds: [],
});
