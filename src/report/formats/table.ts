import { Chalk, type ChalkInstance } from 'chalk';
import type { LayerReport, Report } from '../../audit/result.js';
import { layerColumns, weightColumns } from '../rows.js';
import { textTable, wrap } from '../text-table.js';
import type { View } from '../view.js';
import {
  estimatedFacts,
  headline,
  incompleteFacts,
  kinkFacts,
  leftOutRemark,
  nextSteps,
  notApplicableTogether,
  notAuditedLines,
  sampledRemark,
  verdictLine,
} from '../wording.js';
import type { ReportFormat } from './index.js';

export const table: ReportFormat = {
  render(report, view) {
    const chalk = new Chalk({ level: view.colour ? 1 : 0 });
    const weights = report.layers.flatMap((layer) => layer.weights);
    const body =
      view.by === 'layer'
        ? textTable(layerColumns(report), report.layers, view.width, chalk)
        : textTable(weightColumns(weights), weights, view.width, chalk);
    const sections = [
      wrap(headline(report), view.width),
      body.text,
      ...(body.leftOut.length > 0 ? [chalk.dim(wrap(leftOutRemark(body.leftOut), view.width))] : []),
      wrap(`Next: ${nextSteps(report)}`, view.width),
      reasons(report, view, chalk),
      ...[kinkFacts(report), estimatedFacts(report)].flatMap((facts) => (facts ? [wrap(facts, view.width)] : [])),
      chalk.dim(wrap(`Conventions: ${report.conventions.join('; ')}.`, view.width)),
      verdict(report, view, chalk),
    ];
    return `${sections.join('\n\n')}\n`;
  },
};

/** With more layers than this, those to which Î₂ does not apply are put together; and more of them always are. */
const MANY_LAYERS = 24;
const MANY_ALIKE = 8;

/** Why each recommendation, one layer after the other. */
function reasons({ layers, run }: Report, view: View, chalk: ChalkInstance): string {
  const alike = layers.filter(({ recommendation }) => recommendation.reason === 'not-applicable');
  const together = alike.length > (layers.length > MANY_LAYERS ? 1 : MANY_ALIKE);
  const single = together ? layers.filter((layer) => !alike.includes(layer)) : layers;
  return [
    ...(together ? [wrap(notApplicableTogether(alike, run.target), view.width, '  ')] : []),
    ...single.map(reason),
  ].join('\n');

  function reason(layer: LayerReport): string {
    const { name, recommendation } = layer;
    const text = wrap(`${name}: ${recommendation.text}${sampledRemark(layer)}`, view.width, '  ');
    return text.replace(name, chalk.bold(name));
  }
}

function verdict(report: Report, view: View, chalk: ChalkInstance): string {
  const paint = { pass: chalk.green, fail: chalk.red, inconclusive: chalk.yellow, incomplete: chalk.yellow };
  const lines = [
    ...notAuditedLines(report),
    ...report.verdict.failures.map(({ outcome, text }) => `${outcome}: ${text}`),
    ...[incompleteFacts(report)].filter((line) => line !== null),
    verdictLine(report),
  ].map((line) => wrap(line, view.width, '  '));
  return [...lines.slice(0, -1), paint[report.verdict.outcome](lines.at(-1) ?? '')].join('\n');
}
