import type { Result } from '../../results/index.js';
import type { View } from '../view.js';
import { csv } from './csv.js';
import { github } from './github.js';
import { json, ndjson } from './json.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { sarif } from './sarif.js';
import { table } from './table.js';

/** A report format: a pure function of result and view. It may load its code first. */
export interface ReportFormat {
  render(result: Result, view: View): string | Promise<string>;
}

/** A format whose code is already loaded. */
export interface PromptFormat extends ReportFormat {
  render(result: Result, view: View): string;
}

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
