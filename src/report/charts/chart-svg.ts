import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart, ChartAxis } from '../document.js';
import { escaped } from '../escape.js';
import { FONT, FONT_SIZE, type Layout, layoutOf, legendRow, nameOf } from './layout.js';
import { INK, RULE } from './looks.js';
import { marksOf } from './marks.js';
import { type Scale, scaleOf } from './scale.js';

use([CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);

const text = { color: INK, fontFamily: FONT, fontSize: FONT_SIZE } as const;

/**
 * A chart as an SVG element, at least `least` pixels wide. Colours are CSS variables (`looks.ts`), with defaults for light
 * paper. `id` is unique in the page.
 */
export function chartSvg(chart: Chart, least: number, id: string): string {
  const { x, y, series, lines } = chart;
  const places = series.flatMap(({ points, bounds }) => [...points, ...bounds].map((point) => point.x));
  const values = series.flatMap(({ points, bounds }) => [
    ...points.map((point) => point.y),
    ...bounds.flatMap(({ lower, upper }) => [lower, upper]),
  ]);
  const across = scaleOf(x, places);
  const up = scaleOf(y, [...values, ...lines.map((line) => line.y)]);
  const layout = layoutOf(chart, least, across, up);
  const picture = init(null, null, { renderer: 'svg', ssr: true, width: layout.width, height: layout.height });
  try {
    picture.setOption({
      animation: false,
      backgroundColor: 'transparent',
      textStyle: text,
      legend: layout.legend.map((data, k) => ({
        ...legendRow(k),
        // Reference lines have no markers.
        data: data.map((name) =>
          lines.some((line) => line.name === name) ? { name, itemStyle: { opacity: 0 } } : name,
        ),
        formatter: nameOf,
        textStyle: text,
        selectedMode: false,
      })),
      grid: { ...layout.plot, outerBoundsMode: 'none' },
      xAxis: {
        ...axisOption(x, across, layout.titleGap.x),
        axisLabel: labels(across, layout),
        splitLine: { show: false },
      },
      yAxis: { ...axisOption(y, up, layout.titleGap.y), axisLabel: labels(up, null) },
      series: marksOf(chart, across, up),
    });
    return finished(picture.renderToSVGString(), chart, layout, id);
  } finally {
    // Its timers would keep the process alive.
    picture.dispose();
  }
}

const axisOption = ({ title }: ChartAxis, { min, max, ticks }: Scale, nameGap: number) => ({
  type: 'value' as const,
  min,
  max,
  name: title,
  nameLocation: 'middle' as const,
  nameGap,
  nameTextStyle: text,
  axisLine: { show: true, onZero: false, lineStyle: { color: INK } },
  axisTick: { show: true, customValues: ticks.map(({ place }) => place), lineStyle: { color: INK } },
  splitLine: { show: true, lineStyle: { color: RULE } },
});

/** The labels of an axis; the layout may rotate those of the x axis. */
const labels = ({ ticks }: Scale, layout: Layout | null) => ({
  ...text,
  customValues: ticks.map(({ place }) => place),
  formatter: (place: number) => ticks.find((tick) => Math.abs(tick.place - place) < 1e-9)?.label ?? '',
  rotate: layout?.turned ?? 0,
  hideOverlap: layout !== null && layout.turned === 0,
});

/**
 * The library's SVG without its attributes for scripts and pointers, with a title and a description for screen readers.
 * Names are escaped, so that no text can look like markup.
 */
function finished(svg: string, { title, caption }: Chart, { width, height }: Layout, id: string): string {
  const body = svg
    .replace(/^<svg[^>]*>/, '')
    .replace(/<style\b[^]*?<\/style>/, '')
    .replace(/ (?:ecmeta_\w+|class)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`);
  const root = `xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return (
    `<svg ${root} role="img" aria-labelledby="${id}-title ${id}-description">` +
    `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-description">${escaped(caption)}</desc>${body}`
  );
}
