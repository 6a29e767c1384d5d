import type { EstimatorName } from '../../estimators/index.js';
import type { Track, TrackedLayer, TrackedPoint } from '../../results/track.js';
import type { Chart, Series } from '../document.js';

/** Two charts for each layer, as in the figures of Soen and Sun (2024): the estimates, and how tight the bounds are. */
export function trackCharts({ checkpoints, layers }: Track): Chart[] {
  const x = { title: 'checkpoint', scale: 'categories', categories: checkpoints.map(({ name }) => name) } as const;
  return layers.flatMap((layer, index): Chart[] => [
    {
      id: `track-${index}`,
      title: layer.name,
      caption: `Mean Fisher information of ${layer.name} over training, and the standard deviation of one draw of each estimator with its bounds. With --labels, the empirical Fisher for contrast.`,
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
      caption: `Upper bound divided by variance for each estimator in ${layer.name}: 1 means that the bound is tight.`,
      x,
      y: { title: 'ratio', scale: 'logarithmic', categories: [] },
      series: [tightness(layer, 'gradient', 'Î₁'), tightness(layer, 'hessian', 'Î₂')].filter(hasPoints),
      lines: [{ name: 'tight', y: 1 }],
    },
  ]);
}

/** Whether a series has a point: only positive values have a place on a logarithmic axis. */
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

/** The empirical Fisher of the data set's own labels, with --labels. */
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
