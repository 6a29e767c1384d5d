import { Chalk } from 'chalk';
import { byteSize, duration, grouped, percent, plural, short } from '../../text/format-numbers.js';
import type { InspectedCost, InspectedLayer, Inspection } from '../../results/inspection.js';
import { type Column, tableOf } from '../table-columns.js';
import { printable } from '../printable.js';
import { textTable, wrap } from '../text-table.js';
import type { View } from '../view.js';
import { hiddenColumnsNote } from '../sentences/notes.js';

const estimatorOf = ({ applicability, kinks, hessianApplies }: InspectedLayer): string => {
  if (applicability === null) return '';
  const both = applicability === 'linear' ? 'Î₁, Î₂ (exact)' : 'Î₁ and Î₂';
  const which = hessianApplies ? both : 'Î₁ only';
  const [first, ...others] = kinks;
  return first === undefined ? which : `${which}: ${first}${others.length > 0 ? `, +${others.length}` : ''}`;
};

const countOf = (count: number | null): string => (count === null ? '–' : grouped(count));

const columns: Column<InspectedLayer>[] = [
  { title: 'layer', rank: 9, align: 'left', text: ({ name }) => name },
  { title: 'type', rank: 5, align: 'left', text: ({ type }) => type },
  {
    title: 'supported',
    rank: 8,
    align: 'left',
    text: ({ supported }) => (supported ? 'yes' : 'no'),
    tone: ({ supported }) => (supported ? 'good' : 'warn'),
  },
  { title: 'parameters', rank: 7, align: 'right', text: ({ parameters }) => countOf(parameters) },
  { title: 'audited', rank: 4, align: 'right', text: ({ audited }) => countOf(audited) },
  { title: 'estimators', rank: 6, align: 'left', text: estimatorOf },
];

/** An inspection as text. */
export function renderInspection(inspection: Inspection, { width, colour }: View): string {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  const { model, layers, likelihood, cost, coverage, note } = printable(inspection);
  const head = [model.path, model.format, ...(likelihood ? [`${likelihood.family} (${likelihood.inferredFrom})`] : [])];
  const body = textTable(tableOf(columns, layers), width, chalk);
  const sections = [
    wrap(head.join(' · '), width),
    body.text,
    ...(body.leftOut.length > 0 ? [chalk.dim(wrap(hiddenColumnsNote(body.leftOut), width))] : []),
    ...(cost ? [wrap(costLine(cost, coverage), width)] : []),
    ...(note ? [chalk.yellow(wrap(note, width))] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** For audits that take longer than this, a smaller number of inputs is suggested. */
const LONG_SECONDS = 120;

/** How long fewer inputs would take; empty for short audits. */
function fewerInputs({ inputs, seconds }: InspectedCost): string {
  if (seconds <= LONG_SECONDS || inputs === 1) return '';
  const few = Math.max(1, Math.floor((inputs * LONG_SECONDS) / seconds));
  return ` With --inputs ${few} it takes about ${duration((few * seconds) / inputs)}.`;
}

function costLine(cost: InspectedCost, coverage: number | null): string {
  const { inputs, backend, flopsPerInput, seconds, bytes } = cost;
  return (
    `An audit of ${plural(inputs, 'input')} on the ${backend} backend covers ${percent(coverage)} of the parameters and takes about ` +
    `${duration(seconds)} and ${byteSize(bytes)} (${short((flopsPerInput * inputs) / 1e9)} GFLOP).${fewerInputs(cost)}`
  );
}
