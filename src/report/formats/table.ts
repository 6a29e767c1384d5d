import { Chalk, type ChalkInstance } from 'chalk';
import type { LayerReport, Report } from '../../audit/result.js';
import { layerColumns, weightColumns } from '../rows.js';
import { textTable, wrap } from '../text-table.js';
import type { View } from '../view.js';
import {
  contrastFacts,
  estimatedFacts,
  headline,
  kinkFacts,
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
        : textTable(weightColumns(), weights, view.width, chalk);
    const leftOut = `columns left out: ${body.leftOut.join(', ')} (a wider terminal or --json has them)`;
    const sections = [
      wrap(headline(report), view.width),
      body.text,
      ...(body.leftOut.length > 0 ? [chalk.dim(wrap(leftOut, view.width))] : []),
      wrap(`Next: ${nextSteps(report)}`, view.width),
      reasons(report, view, chalk),
      ...[kinkFacts(report), estimatedFacts(report), contrastFacts(report)].flatMap((facts) =>
        facts ? [wrap(facts, view.width)] : [],
      ),
      chalk.dim(wrap(`Conventions: ${report.conventions.join('; ')}.`, view.width)),
      verdict(report, view, chalk),
    ];
    return `${sections.join('\n\n')}\n`;
  },
};

/** With more layers than this, those to which Î₂ does not apply are put together. */
const MANY_LAYERS = 24;

/** Why each recommendation, one layer after the other. */
function reasons({ layers, run }: Report, view: View, chalk: ChalkInstance): string {
  const alike = layers.filter(({ recommendation }) => recommendation.reason === 'not-applicable');
  const together = layers.length > MANY_LAYERS && alike.length > 1;
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
    verdictLine(report),
  ].map((line) => wrap(line, view.width, '  '));
  return [...lines.slice(0, -1), paint[report.verdict.outcome](lines.at(-1) ?? '')].join('\n');
}
