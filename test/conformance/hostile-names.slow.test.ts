import type { Result } from '../../src/results/index.js';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { UNPRINTABLE } from '../../src/errors.js';
import { reportFormats } from '../../src/report/formats/index.js';
import {
  stored,
  formats,
  view,
  ESCAPE,
  sarifOf,
  expectValidSarif,
  expectValidXml,
} from '../support/reports/stored-results.js';

describe('hostile names', () => {
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

  it.each(formats)('%s interprets nothing in them', async (format, { render }) => {
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

  it('markdown has only its own markup, and names read unchanged', () => {
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

  it('github has one command for each failure and notice, with complete properties', () => {
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
