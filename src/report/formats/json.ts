import { shown } from '../documents/index.js';
import type { ReportFormat } from './index.js';

export const json: ReportFormat = {
  render: (result) => `${JSON.stringify(result, null, 2)}\n`,
};

export const ndjson: ReportFormat = {
  render: (result) =>
    shown(result)
      .lines.map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
};
