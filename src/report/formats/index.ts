import type { ReportFormat } from '../report-format.js';
import { csv } from './csv.js';
import { github } from './github.js';
import { json, ndjson } from './json.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { sarif } from './sarif.js';
import { table } from './table.js';

/** Loaded on demand, because charts need much code. */
const html: ReportFormat = {
  render: async (result, view) => (await import('./html.js')).renderHtml(result, view),
};

/** Every report format, by its name at the command line. */
export const reportFormats = {
  table,
  json,
  ndjson,
  csv,
  markdown,
  html,
  junit,
  sarif,
  github,
} as const satisfies Record<string, ReportFormat>;

export type ReportFormatName = keyof typeof reportFormats;
