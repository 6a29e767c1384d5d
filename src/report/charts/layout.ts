import { format } from 'echarts/core';
import { abbreviated } from '../abbreviate.js';
import type { Chart } from '../document.js';
import type { Scale, Tick } from './scale.js';

/*
 * Positions in a chart, in pixels. They are computed from the texts, so that nothing overlaps, whatever the length of the
 * names and the number of layers.
 */

export const FONT = 'system-ui, sans-serif';
export const FONT_SIZE = 12;

/** Sizes in a legend. */
const LONGEST_NAME = 44;
/** Smallest width of a category. */
const NARROWEST_CATEGORY = 24;
const PLOT_HEIGHT = 280;
const GAP = 12;
/** Angle of rotated names, in degrees. */
const ANGLE = 60;

const LEGEND_ICON = 28;
const LEGEND_ROW = 22;
const LEGEND_ITEM_GAP = 16;

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly plot: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** Names of the legend, row by row. */
  readonly legend: readonly (readonly string[])[];
  readonly turned: number;
  /** Distances of the titles from their axes. */
  readonly titleGap: { readonly x: number; readonly y: number };
}

const widthOf = (text: string): number => format.getTextRect(text, `${FONT_SIZE}px ${FONT}`).width;

/** The name of a series in the legend. */
export const nameOf = (text: string): string => abbreviated(text, LONGEST_NAME);

const widest = (ticks: readonly Tick[]): number => Math.max(0, ...ticks.map(({ label }) => widthOf(label)));

/** The layout for a width, or for the smallest width that the categories need. */
export function layoutOf(chart: Chart, least: number, x: Scale, y: Scale): Layout {
  const across = widest(x.ticks);
  const titleGap = widest(y.ticks) + GAP + FONT_SIZE / 2;
  const categories = chart.x.scale === 'categories' ? x.ticks.length : 0;
  const labels = titleGap + FONT_SIZE + GAP / 2;
  const share = (width: number): number => (width - labels - GAP) / Math.max(1, x.max - x.min);
  const room = share(Math.max(least, labels + GAP + categories * NARROWEST_CATEGORY));
  const turned = categories > 0 && across + GAP > room ? ANGLE : 0;
  const angle = (turned * Math.PI) / 180;
  // The first name, when rotated, extends to the left of the plot.
  const left = Math.max(labels, turned > 0 ? across * Math.cos(angle) + FONT_SIZE - room / 2 : 0);
  const right = GAP + (categories > 0 ? 0 : widthOf(x.ticks.at(-1)?.label ?? '') / 2);
  const width = Math.ceil(Math.max(least, left + right + categories * NARROWEST_CATEGORY));
  const legend = rows(
    [...chart.lines, ...chart.series].map(({ name }) => name),
    width,
  );
  const below = turned > 0 ? across * Math.sin(angle) + FONT_SIZE : FONT_SIZE * 1.5;
  const plot = { left, right, top: legend.length * LEGEND_ROW + GAP, bottom: below + GAP + FONT_SIZE * 1.5 };
  return {
    width,
    height: Math.ceil(plot.top + PLOT_HEIGHT + plot.bottom),
    plot,
    legend,
    turned,
    titleGap: { x: below + GAP, y: titleGap },
  };
}

/** Names in rows, as many side by side as fit into the width. */
function rows(names: readonly string[], width: number): string[][] {
  const all: string[][] = [];
  let free = 0;
  for (const name of names) {
    const needed = LEGEND_ICON + widthOf(nameOf(name)) + LEGEND_ITEM_GAP;
    if (needed > free) {
      all.push([]);
      free = width - GAP;
    }
    all.at(-1)?.push(name);
    free -= needed;
  }
  return all;
}

/** Position of the k-th row of the legend. */
export const legendRow = (k: number) =>
  ({ top: k * LEGEND_ROW, left: 0, itemWidth: LEGEND_ICON - 6, itemGap: LEGEND_ITEM_GAP }) as const;
