import type { ReportFormat } from './index.js';

export const json: ReportFormat = {
  description: 'the whole report (JSON Schema: fisher-audit schema)',
  render: (report) => `${JSON.stringify(report, null, 2)}\n`,
};

export const ndjson: ReportFormat = {
  description: 'one line of JSON per layer',
  render: (report) => report.layers.map((layer) => `${JSON.stringify(layer)}\n`).join(''),
};
