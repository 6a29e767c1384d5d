import type { LayerComparison } from '../../results/comparison.js';
import { listed } from '../../text/format-numbers.js';
import type { Chart, Section, Series } from '../document.js';

/** The chart of a comparison; none where no layer could be compared. */
export function comparisonCharts(layers: readonly LayerComparison[]): Section[] {
  const compared = layers.filter(({ error, information }) => error !== null || information !== null);
  return compared.length === 0 ? [] : [{ kind: 'chart', chart: changeChart(compared) }];
}

/** Change of the figures from base to head, layer by layer. */
function changeChart(layers: readonly LayerComparison[]): Chart {
  const open = layers.filter(({ error, information }) => [error, information].some((ratio) => ratio?.upper === null));
  const unknown =
    open.length === 0
      ? ''
      : ` No interval is known for ${listed(
          open.map(({ name }) => name),
          6,
        )}.`;
  return {
    id: 'change',
    title: 'Change from base to head',
    caption:
      'Error of the recommended estimator and mean Fisher information of each layer: head divided by base. Values above 1 grew. ' +
      `Whiskers are intervals that hold for all layers at once; figures without sampling error have none.${unknown}`,
    x: { title: 'layer', scale: 'categories', categories: layers.map(({ name }) => name) },
    y: { title: 'head / base', scale: 'logarithmic', categories: [] },
    series: [ratios('change of error', layers, 'error'), ratios('change of mean I', layers, 'information')],
    lines: [{ name: 'no change', y: 1 }],
  };
}

const ratios = (name: string, layers: readonly LayerComparison[], key: 'error' | 'information'): Series => ({
  name,
  mark: 'points',
  points: layers.map(({ [key]: ratio }, x) => ({ x, y: ratio?.value ?? null })),
  bounds: layers.flatMap(({ [key]: ratio }, x) =>
    // Without an upper end there is no whisker to draw.
    ratio === null || ratio.upper === null || ratio.lower === ratio.upper
      ? []
      : [{ x, lower: ratio.lower, upper: ratio.upper }],
  ),
});
