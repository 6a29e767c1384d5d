import { Chalk } from 'chalk';
import { grouped, percent, short } from '../text/format-numbers.js';
import type { Inspection, InspectedLayer } from '../results/inspection.js';
import { type Column, tableOf } from './columns.js';
import { printable } from './printable.js';
import { textTable, wrap } from './text-table.js';
import type { View } from './view.js';
import { leftOutRemark } from './wording.js';

const estimatorOf = ({ applicability, kinks }: InspectedLayer): string => {
  if (applicability === null) return '';
  const which = { linear: 'Î₂, exact', smooth: 'Î₁ and Î₂', kinked: 'Î₁ only' }[applicability];
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

/** An inspection for people. */
export function renderInspection(inspection: Inspection, { width, colour }: View): string {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  const { model, layers, likelihood, cost, coverage, note } = printable(inspection);
  const head = [model.path, model.format, ...(likelihood ? [`${likelihood.family} (${likelihood.inferredFrom})`] : [])];
  const body = textTable(tableOf(columns, layers), width, chalk);
  const sections = [
    wrap(head.join(' · '), width),
    body.text,
    ...(body.leftOut.length > 0 ? [chalk.dim(wrap(leftOutRemark(body.leftOut), width))] : []),
    ...(cost ? [wrap(costLine(cost, coverage), width)] : []),
    ...(note ? [chalk.yellow(wrap(note, width))] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Whoever waits longer than this may want fewer inputs. */
const LONG_SECONDS = 120;

/** How long a part of the inputs takes, where all of them take long. */
function fewerInputs({ inputs, seconds }: NonNullable<Inspection['cost']>): string {
  if (seconds <= LONG_SECONDS || inputs === 1) return '';
  const few = Math.max(1, Math.floor((inputs * LONG_SECONDS) / seconds));
  return ` With --inputs ${few} it takes about ${short((few * seconds) / inputs)} s.`;
}

function costLine(cost: NonNullable<Inspection['cost']>, coverage: number | null): string {
  const { inputs, backend, flopsPerInput, seconds, bytes } = cost;
  return (
    `An audit of ${grouped(inputs)} inputs on ${backend} covers ${percent(coverage)} of the parameters and takes about ` +
    `${short(seconds)} s and ${grouped(bytes / 1e6)} MB (${short((flopsPerInput * inputs) / 1e9)} GFLOP).${fewerInputs(cost)}`
  );
}
