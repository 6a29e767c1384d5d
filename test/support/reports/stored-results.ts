import type { ReportFormat } from '../../../src/report/report-format.js';
import { resultSchemas } from '../../../src/results/index.js';
import type { Result } from '../../../src/results/index.js';
import { readFileSync, readdirSync } from 'node:fs';
import AjvDraft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { type ReportFormatName, reportFormats } from '../../../src/report/formats/index.js';
import type { View } from '../../../src/report/view.js';

/* The stored results of test/conformance/data, and what every report of them must satisfy. */

export const data = (path: string): URL => new URL(`../../conformance/data/${path}`, import.meta.url);

export const text = (path: string): string => readFileSync(data(path), 'utf8');

const read = (source: string): Result => {
  const value = JSON.parse(source) as Result;
  return resultSchemas[value.kind].parse(value);
};

const names = readdirSync(data('results/'))
  .filter((name) => name.endsWith('.json') && !name.endsWith('.config.json'))
  .map((name) => name.replace('.json', ''));

export const stored = names.map((name): [string, Result] => [name, read(text(`results/${name}.json`))]);

export const outcomeOf = ({ verdict }: Result): string => verdict.outcome;

export const formats = Object.entries(reportFormats) as [ReportFormatName, ReportFormat][];

export const widths = [60, 80, 120] as const;

export const view = (width: number, colour = false, by: View['by'] = 'layer'): View => ({ width, colour, by });

export const ESCAPE = '\u001b';

export async function expectValidXml(xml: string): Promise<void> {
  const { valid, errors } = await validateXML({
    xml: { fileName: 'report.xml', contents: xml },
    schema: { fileName: 'junit-10.xsd', contents: text('schemas/junit-10.xsd') },
  });
  expect(errors.map(({ message }) => message)).toEqual([]);
  expect(valid).toBe(true);
}

export const sarifOf = (result: Result): any => JSON.parse(reportFormats.sarif.render(result, view(80)));

// SARIF is written in draft 4 of JSON Schema; its patterns are not all valid with the flag u.
const ajv = new AjvDraft4.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv as never);

const validSarif = ajv.compile(JSON.parse(text('schemas/sarif-2.1.0-rtm.5.json')));

export function expectValidSarif(log: unknown): void {
  validSarif(log);
  expect(validSarif.errors ?? []).toEqual([]);
}
