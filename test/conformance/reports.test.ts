import { readFileSync, readdirSync } from 'node:fs';
import AjvDraft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { ruleNames } from '../../src/findings/policy/index.js';
import { type Result, resultSchemas } from '../../src/results/index.js';
import { UNPRINTABLE } from '../../src/errors.js';
import { type ReportFormat, type ReportFormatName, reportFormats } from '../../src/report/formats/index.js';
import type { View } from '../../src/report/view.js';
import { run } from '../support/terminal.js';

const data = (path: string): URL => new URL(`data/${path}`, import.meta.url);
const text = (path: string): string => readFileSync(data(path), 'utf8');

const read = (source: string): Result => {
  const value = JSON.parse(source) as Result;
  return resultSchemas[value.kind].parse(value);
};
const names = readdirSync(data('results/'))
  .filter((name) => name.endsWith('.json') && !name.endsWith('.config.json'))
  .map((name) => name.replace('.json', ''));
const stored = names.map((name): [string, Result] => [name, read(text(`results/${name}.json`))]);

const formats = Object.entries(reportFormats) as [ReportFormatName, ReportFormat][];
const cases = formats.flatMap(([format, { render }]) =>
  stored.map(([name, result]) => ({ format, name, result, render })),
);

const widths = [60, 80, 120] as const;
const view = (width: number, colour = false, by: View['by'] = 'layer'): View => ({ width, colour, by });
const extensions: Partial<Record<ReportFormatName, string>> = {
  json: 'json',
  ndjson: 'ndjson',
  csv: 'csv',
  markdown: 'md',
  html: 'html',
  junit: 'xml',
  sarif: 'sarif',
};

const ESCAPE = '\u001b';
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

describe('table', () => {
  it.each(stored)('%s: no line is wider than the view', (_, result) => {
    for (const width of widths) {
      for (const line of reportFormats.table.render(result, view(width)).split('\n')) {
        // What has no space cannot be broken: the path of the configuration.
        if (line.trim().includes(' ')) expect(line.length, line).toBeLessThanOrEqual(width);
      }
    }
  });

  it.each(stored)('%s: colour changes no word', (_, result) => {
    const coloured = reportFormats.table.render(result, view(80, true));
    expect(coloured).toContain(ESCAPE);
    const plain = coloured.replace(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '');
    expect(plain).toBe(reportFormats.table.render(result, view(80)));
  });
});

describe('junit', () => {
  const count = (xml: string, element: string): number => xml.split(`<${element} `).length - 1;

  it.each(stored)('%s: is valid against the schema of Jenkins', async (_, result) => {
    await expectValidXml(reportFormats.junit.render(result, view(80)));
  });

  it.each(stored)('%s: has a case for every check, and none passes that did not', (_, result) => {
    const xml = reportFormats.junit.render(result, view(80));
    const { checks, outcome } = result.verdict;
    const of = (wanted: string): number =>
      checks.filter((check) => check.outcome === wanted).length + (outcome === wanted ? 1 : 0);
    expect(count(xml, 'failure')).toBe(of('fail'));
    expect(count(xml, 'error')).toBe(of('inconclusive'));
    const left = result.kind === 'audit' ? result.notAudited.length : 0;
    expect(count(xml, 'skipped')).toBe(left + (outcome === 'incomplete' ? 1 : 0));
    expect(count(xml, 'testcase')).toBe(checks.length + left + 1);
    const titles = [...xml.matchAll(/<testcase (.*?)\/?>/g)].map((match) => match[1]);
    expect(new Set(titles).size).toBe(titles.length);
    if (outcome !== 'pass') expect(xml).toMatch(/<(failure|error|skipped) /);
  });
});

async function expectValidXml(xml: string): Promise<void> {
  const { valid, errors } = await validateXML({
    xml: { fileName: 'report.xml', contents: xml },
    schema: { fileName: 'junit-10.xsd', contents: text('schemas/junit-10.xsd') },
  });
  expect(errors.map(({ message }) => message)).toEqual([]);
  expect(valid).toBe(true);
}

describe('sarif', () => {
  it.each(stored)('%s: is valid against its schema, and every result has a place', (_, result) => {
    const log = sarifOf(result);
    expectValidSarif(log);
    const failures = result.verdict.checks.filter(({ outcome }) => outcome !== 'pass');
    const [{ results, tool, invocations }] = log.runs;
    expect(results).toHaveLength(failures.length);
    expect(invocations[0].executionSuccessful).toBe(true);
    for (const [k, one] of results.entries()) {
      const { physicalLocation } = one.locations[0];
      expect(physicalLocation.artifactLocation.uri).toBe(failures[k]!.source.file);
      expect(physicalLocation.region.startLine).toBe(failures[k]!.source.line ?? 1);
      expect(one.level).toBe(failures[k]!.outcome === 'fail' ? 'error' : 'warning');
      expect(tool.driver.rules[one.ruleIndex].id).toBe(one.ruleId);
    }
  });

  it('an incomplete run is told as a note', () => {
    const [{ results, invocations }] = sarifOf(stored.find(([name]) => name === 'incomplete')![1]).runs;
    expect(results).toEqual([]);
    expect(invocations[0].toolExecutionNotifications[0]).toMatchObject({
      level: 'note',
      message: { text: expect.stringMatching(/: incomplete$/) as string },
    });
  });

  it('fingerprints tell results apart, and stay when figures change', () => {
    const prints = (result: Result): string[] =>
      sarifOf(result).runs[0].results.map((one: any) => JSON.stringify(one.partialFingerprints));
    const fail = stored.find(([name]) => name === 'fail')![1];
    expect(new Set(prints(fail)).size).toBe(prints(fail).length);
    const changed = structuredClone(fail);
    for (const check of changed.verdict.checks) {
      Object.assign(check, { text: 'other', value: 1, source: { ...check.source, line: 99 } });
    }
    expect(prints(changed)).toEqual(prints(fail));
  });

  it.each([
    ['policy.json', 'policy.json'],
    ['./a b/ü#1?.json', 'a%20b/%C3%BC%231%3F.json'],
    ['models\\100%.json', 'models/100%25.json'],
    ['/srv/model.json', 'file:///srv/model.json'],
    ['C:\\models\\m.json', 'file:///C:/models/m.json'],
    ['a:b.json', 'a%3Ab.json'],
  ])('%s is the URI %s', (file, uri) => {
    const fail = structuredClone(stored.find(([name]) => name === 'fail')![1]);
    for (const check of fail.verdict.checks) check.source = { ...check.source, file };
    const log = sarifOf(fail);
    expectValidSarif(log);
    expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
  });
});

const sarifOf = (result: Result): any => JSON.parse(reportFormats.sarif.render(result, view(80)));

// SARIF is written in draft 4 of JSON Schema; its patterns are not all valid with the flag u.
const ajv = new AjvDraft4.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv as never);
const validSarif = ajv.compile(JSON.parse(text('schemas/sarif-2.1.0-rtm.5.json')));

function expectValidSarif(log: unknown): void {
  validSarif(log);
  expect(validSarif.errors ?? []).toEqual([]);
}

describe('names that are not what names are', () => {
  const hostile = [
    `a${ESCAPE}[31mred\u0000\u0007`,
    'two\r\nlines\n::error::x',
    '::add-mask::x',
    '| pipe | `code` **bold** _it_ ~~no~~',
    '<script>alert(1)</script><!-- " \' & -->',
    '](javascript:alert(1)) [a](https://example.org) @someone #12 $x$',
    '\ufffe\uffff\ud800\u202e\u2028',
    '##[error]x,y:z%0A',
    '{0} {{1}}',
    '=1+1',
    '# heading\n- item',
    '&lt;b&gt; &copy; www.example.org a@example.org https://example.org',
    '\\| \\ a_b _c_ d__e __f__ ![i](x) ~~~ ```',
    '1. x',
    '---',
    ']]></testcase>',
  ];

  /** Some stored result with every name of a layer, and of a file, replaced. */
  function renamed(result: Result, name: string): Result {
    const own =
      result.kind === 'audit' ? result.layers.map((layer) => layer.name) : result.layers.map((one) => one.name);
    const swap = (value: unknown): unknown => {
      if (typeof value === 'string') return own.reduce((sum, layer) => sum.replaceAll(layer, `${name}${layer}`), value);
      if (Array.isArray(value)) return value.map(swap);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, swap(one)]));
    };
    return swap(result) as Result;
  }

  const renderings = hostile.flatMap((name) => stored.map(([, result]) => [name, renamed(result, name)] as const));

  it.each(formats)('%s: nothing of them is obeyed', async (format, { render }) => {
    for (const [, result] of renderings) {
      const output = await render(result, view(80));
      expect(output).not.toContain(ESCAPE);
      expect(output).not.toMatch(/[^\P{Cc}\t\r\n]/u);
      // Data is exact, down to characters that pages leave out.
      if (!['json', 'ndjson', 'csv'].includes(format)) expect(output).not.toMatch(/[\u202e\u2028]/);
    }
  });

  it('csv has a row for every layer and no more columns than titles', async () => {
    const { parse } = await import('csv-parse/sync');
    for (const [, result] of renderings) {
      const rows = parse(reportFormats.csv.render(result, view(80)), { relax_quotes: false }) as string[][];
      const each = result.kind === 'track' ? result.checkpoints.length : 1;
      expect(rows).toHaveLength(each * result.layers.length + 1);
    }
  });

  it('markdown has no markup but its own, and names read as they are', () => {
    for (const [name, result] of renderings) {
      const output = reportFormats.markdown.render(result, view(80));
      // GitHub looks for those whom it tells, and for issues, after the markup is gone: these must not be there at all.
      expect(output, name).not.toMatch(/@\w|(?<!&)#\d|\$/);
      const page = marked.parse(output, { gfm: true, async: false });
      const tags = new Set([...page.matchAll(/<([a-z]\w*)/g)].map(([, tag]) => tag));
      const own = [
        'h3',
        'p',
        'table',
        'thead',
        'tbody',
        'tr',
        'th',
        'td',
        'br',
        'strong',
        'ul',
        'li',
        'details',
        'summary',
      ];
      expect(
        [...tags].filter((tag) => !own.includes(tag!)),
        name,
      ).toEqual([]);
      const cells = [...page.matchAll(/<tr>\s*<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => plain(cell!));
      const layers = result.layers.map((layer) => layer.name.replace(UNPRINTABLE, '\ufffd').trim());
      expect(cells).toEqual(layers);
    }
  });

  /** The text of some HTML, or of a name: without entities, and without what only keeps GitHub from reading more into it. */
  const plain = (html: string): string => {
    const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
    return html
      .replace(/&(?:#(\d+)|(lt|gt|quot|amp));/g, (_, code, word) =>
        code ? String.fromCodePoint(Number(code)) : named[word]!,
      )
      .replaceAll('\u200b', '')
      .trim();
  };

  it('junit is valid XML', async () => {
    for (const [, result] of renderings.filter((_, k) => k % 3 === 0)) {
      await expectValidXml(reportFormats.junit.render(result, view(80)));
    }
  });

  it('sarif is valid, and no name is a link or a placeholder', () => {
    for (const [, result] of renderings) {
      const log = sarifOf(result);
      expectValidSarif(log);
      for (const { message } of log.runs[0].results) {
        expect(message.text).not.toContain('](');
        expect(message.text.replace(/\{\{|\}\}/g, '')).not.toMatch(/[{}]/);
      }
    }
  });

  it('github has one command for each failure and notice, and properties are whole', () => {
    for (const [, result] of renderings) {
      const lines = reportFormats.github.render(result, view(80)).trimEnd().split('\n');
      const failures = result.verdict.failures.length;
      const notice = lines.some((line) => line.startsWith('::notice ')) ? 1 : 0;
      expect(lines).toHaveLength(failures + notice + 1);
      for (const line of lines.slice(0, failures)) {
        expect(line).toMatch(/^::(error|warning) file=[^:,]+(,line=\d+)?,title=[^:,]+::[^\r\n]+$/);
      }
      expect(lines.at(-1)).not.toMatch(/^\s*::|##\[/);
    }
  });
});
