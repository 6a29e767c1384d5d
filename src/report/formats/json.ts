import type { ReportFormat } from './index.js';

export const json: ReportFormat = {
  render: (report) => `${JSON.stringify(report, null, 2)}\n`,
};

export const ndjson: ReportFormat = {
  render: (report) => report.layers.map((layer) => `${JSON.stringify(layer)}\n`).join(''),
};
