/** The looks of a series: with six colours, five markers and four dashes, 60 series look different. */
export interface Look {
  readonly colour: string;
  /** A symbol of echarts, or a path. */
  readonly marker: string;
  /** Lengths of dashes and gaps; empty: solid. */
  readonly dash: readonly number[];
}

/** Paths except for the circle, because a legend keeps the proportions of paths. */
const markers = [
  'circle',
  'path://M0 0H10V10H0Z',
  'path://M0 10L5 0L10 10Z',
  'path://M5 0L10 5L5 10L0 5Z',
  'path://M0 0H10L5 10Z',
] as const;
const dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3]] as const;

/** Colours for a light background; the style sheet of the page has those for a dark one. */
const colours = ['#0067b1', '#b34700', '#007355', '#8a3a9e', '#75620a', '#b5174f'] as const;

const cycle = <T>(values: readonly [T, ...T[]], k: number): T => values[k % values.length] ?? values[0];

export const lookOf = (k: number): Look => ({
  colour: `var(--chart-${(k % colours.length) + 1}, ${cycle(colours, k)})`,
  marker: cycle<string>(markers, k),
  dash: cycle<readonly number[]>(dashes, k),
});

/** Colours of text, axes and grid lines. */
export const INK = 'var(--chart-ink, #333333)';
export const RULE = 'var(--chart-rule, #dddddd)';
