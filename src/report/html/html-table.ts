import type { Check } from '../../results/verdict.js';
import type { Cell, Table, TableColumn, Tone } from '../document.js';
import { type Markup, markup, nothing } from './markup.js';

/** A table in a container that scrolls where it is too wide. `name` is its label for screen readers. */
export function tableMarkup({ columns, rows }: Table, name: string, style = ''): Markup {
  const body = rows.map((row) => markup`<tr>${row.map((cell, k) => cellMarkup(cell, k === 0, columns[k]!))}</tr>\n`);
  return markup`<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table class="${style}">
<thead><tr>${columns.map(headMarkup)}</tr></thead>
<tbody>
${body}</tbody>
</table></div>
`;
}

const lines = (text: string): Markup[] =>
  text.split('\n').map((line, k) => (k === 0 ? markup`${line}` : markup`<br>${line}`));

const headMarkup = ({ title, align }: TableColumn): Markup =>
  markup`<th scope="col" class="${align}"><span>${lines(title)}</span></th>`;

/** A cell; its attributes hold the value to sort by, where that is not its text. */
function cellMarkup({ text, tone, value }: Cell, isFirst: boolean, { align }: TableColumn): Markup {
  const key =
    value === null ? markup` data-none` : typeof value === 'number' ? markup` data-number="${value}"` : nothing;
  const attributes = markup` class="${align} ${tone}"${key}`;
  return isFirst
    ? markup`<th scope="row"${attributes}><span>${text}</span></th>`
    : markup`<td${attributes}>${text}</td>`;
}

export const outcomeTones = { pass: 'good', fail: 'bad', inconclusive: 'warn', incomplete: 'warn' } as const;

const text = (value: string, tone: Tone = 'plain'): Cell => ({ text: value, tone, value });

/** The table of all checks. */
export const checksTable = (checks: readonly Check[]): Table => ({
  columns: ['rule', 'layer', 'outcome', 'finding'].map((title) => ({ title, rank: 1, align: 'left' })),
  rows: checks.map(({ rule, layer, outcome, text: finding }) => [
    text(rule),
    layer === null ? { text: '–', tone: 'plain', value: null } : text(layer),
    text(outcome, outcomeTones[outcome]),
    text(finding),
  ]),
});
