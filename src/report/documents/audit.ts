import type { LayerReport, Report } from '../../results/report.js';
import { tableOf } from '../columns.js';
import type { Document, Item, Section } from '../document.js';
import { layerColumns, records, weightColumns } from '../rows.js';
import { auditCharts } from './audit-charts.js';
import type { Shown } from './shown.js';
import type { View } from '../view.js';
import {
  contrastFacts,
  estimatedFacts,
  headline,
  incompleteFacts,
  kinkFacts,
  nextSteps,
  notApplicableTogether,
  notAuditedLines,
  questions,
  sampledRemark,
  verdictLine,
} from '../wording.js';

export const auditShown = (report: Report): Shown => ({
  document: (by) => auditDocument(report, by),
  records: (by) => records(report, by),
  lines: report.layers,
});

/** What an audit says. */
function auditDocument(report: Report, by: View['by']): Document {
  const weights = report.layers.flatMap((layer) => layer.weights);
  const table =
    by === 'layer' ? tableOf(layerColumns(report), report.layers) : tableOf(weightColumns(weights), weights);
  const facts = [kinkFacts(report), estimatedFacts(report), contrastFacts(report)].filter((text) => text !== null);
  return {
    title: report.model.path,
    headline: headline(report),
    sections: [
      { kind: 'table', title: null, table },
      { kind: 'paragraph', text: `Next: ${nextSteps(report)}` },
      ...auditCharts(report),
      { kind: 'items', title: null, items: reasons(report) },
      { kind: 'items', title: 'Before you rely on it', items: questions(report) },
      ...facts.map((text): Section => ({ kind: 'paragraph', text })),
      { kind: 'paragraph', text: `Conventions: ${report.conventions.join('; ')}.`, tone: 'faint' },
      ...[incompleteFacts(report)].flatMap((text): Section[] =>
        text ? [{ kind: 'paragraph', text, tone: 'warn' }] : [],
      ),
    ],
    verdict: {
      outcome: report.verdict.outcome,
      text: verdictLine(report),
      remarks: notAuditedLines(report),
      checks: report.verdict.checks,
    },
  };
}

/** With more layers than this, those to which Î₂ does not apply are put together; and more of them always are. */
const MANY_LAYERS = 24;
const MANY_ALIKE = 8;

/** Why each recommendation, one layer after the other. */
function reasons({ layers, run }: Report): Item[] {
  const alike = layers.filter(({ recommendation }) => recommendation.reason === 'not-applicable');
  const together = alike.length > (layers.length > MANY_LAYERS ? 1 : MANY_ALIKE);
  const single = together ? layers.filter((layer) => !alike.includes(layer)) : layers;
  return [
    ...(together ? [notApplicableTogether(alike, run.target)] : []),
    ...single.map((layer: LayerReport) => ({
      name: layer.name,
      text: `${layer.recommendation.text}${sampledRemark(layer)}`,
    })),
  ];
}
