import type { LayerReport, Report } from '../../results/report.js';
import { tableOf } from '../table-columns.js';
import type { Document, Item, Section } from '../document.js';
import { layerColumns, weightColumns } from './audit-columns.js';
import { auditRecords } from './audit-records.js';
import { auditCharts } from './audit-charts.js';
import type { Presentation } from './presentation.js';
import type { View } from '../view.js';
import { answerItems } from '../sentences/answers.js';
import { auditHeadline, auditLine } from '../sentences/audit-lines.js';
import { nextSteps } from '../sentences/next-steps.js';
import { contrastNote, estimateNote, incompleteNote, kinkNote, notAuditedLines } from '../sentences/notes.js';
import { notApplicableTogether } from '../sentences/recommendation.js';
import { sampledSentence } from '../sentences/sampled-figures.js';

export const auditPresentation = (report: Report): Presentation => ({
  document: (by) => auditDocument(report, by),
  records: (by) => auditRecords(report, by),
  lines: report.layers,
});

/** The document of an audit. */
function auditDocument(report: Report, by: View['by']): Document {
  const weights = report.layers.flatMap((layer) => layer.weights);
  const table =
    by === 'layer' ? tableOf(layerColumns(report), report.layers) : tableOf(weightColumns(weights), weights);
  const notes = [kinkNote(report), estimateNote(report), contrastNote(report)].filter((text) => text !== null);
  const incomplete = incompleteNote(report);
  return {
    title: report.model.path,
    headline: auditHeadline(report),
    sections: [
      { kind: 'table', title: null, table },
      { kind: 'paragraph', text: `Next: ${nextSteps(report)}` },
      ...auditCharts(report),
      { kind: 'items', title: null, items: reasons(report) },
      { kind: 'items', title: 'Before you rely on it', items: answerItems(report) },
      ...notes.map((text): Section => ({ kind: 'paragraph', text })),
      { kind: 'paragraph', text: `Conventions: ${report.conventions.join(' ')}`, tone: 'faint' },
      ...(incomplete === null ? [] : [{ kind: 'paragraph', text: incomplete, tone: 'warn' } as const]),
    ],
    verdict: {
      outcome: report.verdict.outcome,
      text: auditLine(report),
      remarks: notAuditedLines(report),
      checks: report.verdict.checks,
    },
  };
}

/** Layers to which Î₂ does not apply share one item in networks of more than MANY_LAYERS, or if they are more than MANY_ALIKE. */
const MANY_LAYERS = 24;
const MANY_ALIKE = 8;

/** The reasons of the recommendations, layer by layer. */
function reasons({ layers, run }: Report): Item[] {
  const alike = layers.filter(({ recommendation }) => recommendation.reason === 'not-applicable');
  const together = alike.length > (layers.length > MANY_LAYERS ? 1 : MANY_ALIKE);
  const single = together ? layers.filter((layer) => !alike.includes(layer)) : layers;
  return [
    ...(together ? [notApplicableTogether(alike, run.target)] : []),
    ...single.map((layer: LayerReport) => ({
      name: layer.name,
      text: [layer.recommendation.text, sampledSentence(layer)].filter((text) => text !== '').join(' '),
    })),
  ];
}
