import type { Result } from '../../results/index.js';
import type { View } from '../view.js';
import { csv } from './csv.js';
import { github } from './github.js';
import { json, ndjson } from './json.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { sarif } from './sarif.js';
import { table } from './table.js';

/** A way to show a result: a pure function of the result and the view. It waits for what it has to load. */
export interface ReportFormat {
  render(result: Result, view: View): string | Promise<string>;
}

/** One that has nothing to load. */
export interface PromptFormat extends ReportFormat {
  render(result: Result, view: View): string;
}

/** Loaded when it is asked for: charts come with much code. */
const html: ReportFormat = {
  render: async (result, view) => (await import('./html.js')).renderHtml(result, view),
};

/** Every format that a report can be rendered in. */
export const reportFormats = {
  ...{ table, json, ndjson, csv },
  ...{ markdown, html, junit, sarif, github },
} as const satisfies Record<string, ReportFormat>;

export type ReportFormatName = keyof typeof reportFormats;
