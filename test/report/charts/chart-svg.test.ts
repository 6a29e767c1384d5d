import { describe, expect, it } from 'vitest';
import type { Chart, Series } from '../../../src/report/document.js';
import { chartSvg } from '../../../src/report/charts/chart-svg.js';
import { leftOut } from '../../../src/report/charts/left-out.js';

const line: Series = {
  name: 'loss',
  mark: 'line',
  points: [1, 2, 3, 4, 5, 6].map((x) => ({ x, y: x === 3 ? null : x === 4 ? 0 : 10 ** -x })),
  bounds: [1, 2].map((x) => ({ x, lower: x === 2 ? 0 : 0.5 * 10 ** -x, upper: 2 * 10 ** -x })),
};

const chart: Chart = {
  id: 'training',
  title: 'A & B',
  caption: 'Loss <over> checkpoints',
  x: { title: 'checkpoint', scale: 'linear', categories: [] },
  y: { title: 'loss', scale: 'logarithmic', categories: [] },
  series: [line],
  lines: [{ name: 'target', y: 0.01 }],
};

const polylines = (svg: string, colour: string): string[] =>
  [...svg.matchAll(/<path d="([^"]*)" [^>]*?stroke="([^"]*)"/g)].flatMap(([, d, stroke]) =>
    stroke!.startsWith(`var(--${colour}`) ? d! : [],
  );

describe('a chart', () => {
  const svg = chartSvg(chart, 600, 'one');

  it('has a title and a description', () => {
    expect(svg).toContain('<title id="one-title">A &amp; B</title>');
    expect(svg).toContain('<desc id="one-description">Loss &lt;over&gt; checkpoints</desc>');
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="one-title one-description">/);
    for (const text of ['checkpoint', 'loss', 'target']) expect(svg).toContain(`>${text}</text>`);
  });

  it('is the same in every rendering, and has nothing for scripts', () => {
    expect(chartSvg(chart, 600, 'one')).toBe(svg);
    expect(svg).not.toMatch(/<style|<script|class=|ecmeta|zr\d/);
  });

  it('has gaps at values outside the axis, and names them', () => {
    const [first] = polylines(svg, 'chart-1');
    expect(first!.match(/M/g)).toHaveLength(2);
    expect(first!.match(/L/g)).toHaveLength(2);
    expect(leftOut(chart)).toBe(
      'Not shown, because 0 has no place on a logarithmic axis: loss (checkpoint 4). Not shown, because there is no value: loss (checkpoint 3). ' +
        'Whiskers and bands without a lower end extend to 0.',
    );
    expect(leftOut({ ...chart, series: [{ ...line, points: [{ x: 1, y: 1 }], bounds: [] }] })).toBe('');
  });

  it('has a band between the bounds of a line, and whiskers at points', () => {
    const bands = (text: string) => text.match(/<polygon [^>]*fill="var\(--chart-1[^>]*fill-opacity="0.15"/g) ?? [];
    expect(bands(svg)).toHaveLength(1);
    const points = chartSvg({ ...chart, series: [{ ...line, mark: 'points' }] }, 600, 'one');
    expect(bands(points)).toHaveLength(0);
    // A stem each; two caps where both bounds have a place, one where the lower is 0.
    expect(polylines(points, 'chart-1').map((d) => d.match(/M/g)!.length)).toEqual([3, 2]);
  });

  it('can be drawn without any number', () => {
    const empty = { ...chart, lines: [], series: [{ ...line, points: [{ x: 1, y: null }], bounds: [] }] };
    expect(chartSvg(empty, 600, 'one')).toMatch(/^<svg .*<\/svg>$/s);
  });
});
