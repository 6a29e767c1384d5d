import { describe, expect, it } from 'vitest';
import { type ReportFormatName, reportFormats } from '../../../src/report/formats/index.js';
import { ESCAPE, data, outcomeOf, stored, text, view, widths } from './stored-results.js';
import { run } from '../terminal.js';

const extensions: Partial<Record<ReportFormatName, string>> = {
  json: 'json',
  ndjson: 'ndjson',
  csv: 'csv',
  markdown: 'md',
  html: 'html',
  junit: 'xml',
  sarif: 'sarif',
};

/** Formats that are the rows of the table and nothing else; the exit status gives the verdict. */
const rowsOnly: readonly string[] = ['ndjson', 'csv'];

/** The word that a report gives as its verdict. */
function verdictIn(format: ReportFormatName, output: string): string | undefined {
  const word = '(pass|fail|inconclusive|incomplete)';
  const places: Partial<Record<ReportFormatName, RegExp>> = {
    json: new RegExp(`"verdict": \\{\\s+"passed": \\w+,\\s+"outcome": "${word}"`),
    junit: new RegExp(`name="outcome" value="${word}"`),
    sarif: new RegExp(`"properties": \\{\\s+"outcome": "${word}",\\s+"text": `),
    markdown: new RegExp(`^### \\S+ fisher-audit: ${word}\\n`),
    table: new RegExp(`:\\s+${word}\\n$`),
    github: new RegExp(`:\\s+${word}\\n$`),
  };
  return (places[format] ?? new RegExp(`\\b${word}\\b`)).exec(output)?.[1];
}

/** The tests that every report format must pass, on every stored result. */
export function checkReports(format: ReportFormatName): void {
  describe.each(stored)(`${format} of %s`, (name, result) => {
    const { render } = reportFormats[format];

    it('is as it was', async () => {
      const outputs: string[] = [];
      for (const width of widths) outputs.push(await render(result, view(width)));
      const fixed = outputs.every((output) => output === outputs[0]);
      for (const [k, width] of (fixed ? [80] : widths).entries()) {
        // Charts are looked at in a browser.
        const output = outputs[k]!.replace(/<svg.*?<\/svg>/gs, '<svg></svg>');
        const file = `reports/${name}/${format}${fixed ? '' : `.${width}`}.${extensions[format] ?? 'txt'}`;
        // JSON is the stored result itself.
        if (format === 'json') expect(output).toBe(text(`results/${name}.json`));
        else await expect(output).toMatchFileSnapshot(data(file).pathname);
      }
    });

    it('has numbers or says that there are none, and no escapes without colour', async () => {
      for (const by of ['layer', 'weight'] as const) {
        const output = await render(result, view(80, false, by));
        expect(output).not.toMatch(/\b(NaN|Infinity|undefined)\b|\[object /);
        expect(output).not.toContain(ESCAPE);
        expect(output.endsWith('\n')).toBe(true);
      }
    });

    it('gives the verdict of the result, and its exit status', async () => {
      const path = data(`results/${name}.json`).pathname;
      const { status, stdout } = await run(['report', path, '-r', format, '--quiet']);
      expect(status).toBe({ pass: 0, fail: 1, inconclusive: 4, incomplete: 0 }[outcomeOf(result)]);
      expect(stdout).toBe(await render(result, view(80)));
      if (!rowsOnly.includes(format)) expect(verdictIn(format, stdout)).toBe(outcomeOf(result));
    });
  });
}
