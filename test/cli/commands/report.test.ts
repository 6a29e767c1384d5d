import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/results/report.js';
import { commands } from '../../../src/cli/commands/index.js';
import { reportFormats } from '../../../src/report/formats/index.js';
import { fixture, run } from '../../support/terminal.js';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-reports-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const formats = Object.keys(reportFormats);
const file = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(file(name), 'utf8');

/** Every format in a file of its own: all from one run. */
const everywhere = (stem: string): string[] =>
  formats.flatMap((format) => ['-r', `${format}=${file(`${stem}.${format}`)}`]);

describe('a saved report', () => {
  it.each([
    ['an audit that passes', 0, [fixture('iris'), '--max-error', '0.5']],
    ['an audit that fails', 1, [fixture('iris'), '--max-error', '0.01', '--by', 'weight']],
    ['an audit that is inconclusive', 4, [fixture('iris'), '--max-error', '0.5', '--skip-layer', 'dense_1']],
    ['an incomplete audit', 0, [fixture('iris'), '--skip-layer', 'dense_1']],
    ['a comparison', 0, ['compare', fixture('iris'), fixture('iris'), '--fail-on', 'worse']],
  ])('renders as the run itself did: %s', async (_, status, args) => {
    const by = args.includes('--by') ? ['--by', 'weight'] : [];
    const env = { COLUMNS: '100' };
    expect((await run([...args, ...everywhere('run')], { env })).status).toBe(status);
    const again = await run(['report', file('run.json'), ...everywhere('again'), ...by], { env });
    expect(again.status).toBe(status);
    for (const format of formats) expect(text(`again.${format}`), format).toBe(text(`run.${format}`));
  });

  const saved = async (change: (report: Report) => void): Promise<string> => {
    await run([fixture('iris'), '-m', '8', '--max-error', '0.01', '-r', `json=${file('saved.json')}`]);
    const report = JSON.parse(text('saved.json')) as Report;
    change(report);
    writeFileSync(file('changed.json'), JSON.stringify(report));
    return file('changed.json');
  };

  it.each([
    ['passed', { passed: true }],
    ['outcome', { passed: true, outcome: 'pass' }],
    ['incomplete', { outcome: 'incomplete' }],
  ] as const)('is refused if its checks contradict its verdict: %s', async (_, changed) => {
    const path = await saved((report) => Object.assign(report.verdict, changed));
    const { status, stdout, stderr } = await run(['report', path]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('FA404');
  });

  it('is refused without a layer', async () => {
    const path = await saved((report) => report.layers.splice(0));
    expect(await run(['report', path])).toMatchObject({ status: 2, stdout: '' });
  });

  it('prints failures in lines that neither a terminal nor a runner interprets', async () => {
    const path = await saved(({ verdict }) => {
      for (const check of [...verdict.checks, ...verdict.failures]) check.text = '\n::error::\u001b[2J';
    });
    const { status, stderr } = await run(['report', path, '--json']);
    expect(status).toBe(1);
    expect(stderr).not.toMatch(/^::/m);
    expect(stderr).not.toContain('\u001b');
  });
});

describe('the step summary of GitHub Actions', () => {
  it('receives the Markdown of a run with the format github, after its old contents', async () => {
    const summary = file('summary.md');
    writeFileSync(summary, 'before\n');
    const env = { GITHUB_STEP_SUMMARY: summary };
    const { stdout } = await run([fixture('iris'), '-r', 'github', '-r', `markdown=${file('own.md')}`], { env });
    expect(stdout).toMatch(/^3 layers audited, .*: pass\n$/);
    expect(readFileSync(summary, 'utf8')).toBe(`before\n${text('own.md')}\n`);
    await run([fixture('iris'), '-r', `table=${file('table.txt')}`], { env });
    expect(readFileSync(summary, 'utf8')).toBe(`before\n${text('own.md')}\n`);
  });

  it('is an error with its file name if it cannot be written', async () => {
    const env = { GITHUB_STEP_SUMMARY: file('no/such/folder.md') };
    const { status, stderr } = await run([fixture('iris'), '-r', 'github'], { env });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^FA402 .*GITHUB_STEP_SUMMARY/);
  });
});

describe('help', () => {
  it.each(Object.keys(commands))('of %s has examples, and each begins with the name of the command', async (name) => {
    const own = name === 'audit' ? [] : [name];
    const { stdout, status } = await run([...own, '--help']);
    expect(status).toBe(0);
    const examples = /\nExamples:\n((?: {2}\$ .+\n)+)/.exec(stdout)?.[1]?.trimEnd().split('\n') ?? [];
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const line of examples) expect(line).toMatch(new RegExp(`^ {2}\\$ .*fisher-audit ${own.join('')}`));
  });
});
