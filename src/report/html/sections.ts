import { chartSvg } from '../charts/chart-svg.js';
import { leftOut } from '../charts/left-out.js';
import type { Chart, DocumentVerdict, Item, Section } from '../document.js';
import { Markup, markup, nothing } from './markup.js';
import { checksTable, outcomeTones, tableMarkup } from './html-table.js';

export function sectionMarkup(section: Section): Markup {
  switch (section.kind) {
    case 'paragraph':
      return markup`<p class="${section.tone ?? 'plain'}">${section.text}</p>\n`;
    case 'items':
      return section.items.length === 0 ? nothing : itemsMarkup(section.title, section.items);
    case 'table':
      return markup`${titled(section.title)}${tableMarkup(section.table, section.title ?? 'table')}`;
    case 'chart':
      return chartMarkup(section.chart);
  }
}

const titled = (title: string | null): Markup => (title === null ? nothing : markup`<h2>${title}</h2>\n`);

const itemsMarkup = (title: string | null, items: readonly Item[]): Markup =>
  markup`${titled(title)}<dl>\n${items.map(({ name, text }) => markup`<dt>${name}</dt><dd>${text}</dd>\n`)}</dl>\n`;

/** Widths of charts in pixels: for the column of text, and for a phone. */
const WIDE = 860;
const NARROW = 350;

/** A chart in two widths; the style sheet shows the one that fits. A chart that is still too wide scrolls. */
function chartMarkup(chart: Chart): Markup {
  const caption = [chart.caption, leftOut(chart)].filter((text) => text !== '').join(' ');
  const sized = (name: 'wide' | 'narrow', width: number): Markup =>
    markup`<div class="scroll ${name}" role="region" aria-label="${chart.title}" tabindex="0">${new Markup(chartSvg({ ...chart, caption }, width, `${chart.id}-${name}`))}</div>\n`;
  return markup`<figure id="${chart.id}">
<h2>${chart.title}</h2>
${sized('wide', WIDE)}${sized('narrow', NARROW)}<figcaption>${caption}</figcaption>
</figure>
`;
}

/** The outcome, for the top of the page. */
export const outcomeMarkup = ({ outcome, text }: DocumentVerdict): Markup =>
  markup`<p class="outcome ${outcomeTones[outcome]}">${text}</p>\n`;

/** The layers that were not audited, and all checks. */
export function verdictMarkup(verdict: DocumentVerdict): Markup {
  const { remarks, checks } = verdict;
  const left = markup`<ul>\n${remarks.map((remark) => markup`<li>${remark}</li>\n`)}</ul>\n`;
  return markup`<h2>Verdict</h2>
${outcomeMarkup(verdict)}${remarks.length === 0 ? nothing : left}${
    checks.length === 0
      ? markup`<p class="faint">No checks were requested.</p>\n`
      : tableMarkup(checksTable(checks), 'checks', 'prose')
  }`;
}
