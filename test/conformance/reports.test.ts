import { describe, expect, it } from 'vitest';
import { ruleNames } from '../../src/findings/policy/index.js';
import type { Result } from '../../src/results/kinds.js';
import type { ReportFormatName } from '../../src/report/formats/index.js';
import { run } from '../support/terminal.js';
import { data, text, stored, formats, widths, view, ESCAPE } from '../support/stored-results.js';

const cases = formats.flatMap(([format, { render }]) =>
  stored.map(([name, result]) => ({ format, name, result, render })),
);

const extensions: Partial<Record<ReportFormatName, string>> = {
  json: 'json',
  ndjson: 'ndjson',
  csv: 'csv',
  markdown: 'md',
  html: 'html',
  junit: 'xml',
  sarif: 'sarif',
};

const outcomeOf = ({ verdict }: Result): string => verdict.outcome;

describe('stored results', () => {
  it('have every rule pass, fail and be undecided, and every outcome', () => {
    for (const outcome of ['pass', 'fail', 'inconclusive'] as const) {
      const { verdict } = stored.find(([name]) => name === outcome)![1];
      const rules = verdict.checks.filter((check) => check.outcome === outcome).map(({ rule }) => rule);
      expect(new Set(rules)).toEqual(new Set(ruleNames));
    }
    expect(new Set(stored.map(([, result]) => outcomeOf(result)))).toEqual(
      new Set(['pass', 'fail', 'inconclusive', 'incomplete']),
    );
  });
});

describe.each(cases)('$format of $name', ({ format, name, result, render }) => {
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
