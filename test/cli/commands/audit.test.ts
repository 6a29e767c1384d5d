import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../../src/index.js';
import { fixture, run } from '../../support/terminal.js';

let folder = '';

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-cli-'))));

afterAll(() => rmSync(folder, { recursive: true }));

describe('output', () => {
  it.each([60, 80, 120])('no line is wider than a terminal of %i columns', async (columns) => {
    for (const name of ['mnist', 'mnist-relu']) {
      for (const args of [[], ['--by', 'weight'], ['-n', '8,64,512']]) {
        const { stdout } = await run([fixture(name), '-m', '8', ...args], { columns, env: { NO_COLOR: '1' } });
        // Paths and layer names cannot be broken; these are short.
        const path = fixture(name);
        const lines = stdout.split('\n').filter((line) => !line.includes(path));
        for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('colours a terminal, not a pipe; NO_COLOR, FORCE_COLOR and --no-color are respected', async () => {
    const args = [fixture('iris'), '-m', '8'];
    const escape = String.fromCharCode(27);
    expect((await run(args)).stdout).not.toContain(escape);
    expect((await run(args, { columns: 80 })).stdout).toContain(escape);
    expect((await run(args, { columns: 80, env: { NO_COLOR: '1' } })).stdout).not.toContain(escape);
    expect((await run([...args, '--no-color'], { columns: 80 })).stdout).not.toContain(escape);
    expect((await run(args, { env: { FORCE_COLOR: '1' } })).stdout).toContain(escape);
  });

  it('several reports come from one run', async () => {
    const [json, csv] = [join(folder, 'r.json'), join(folder, 'r.csv')];
    const args = ['-r', 'ndjson', '-r', `json=${json}`, '-r', `csv=${csv}`];
    const { stdout, status } = await run([fixture('iris'), '-m', '8', ...args]);
    expect(status).toBe(0);
    const report = reportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(report.layers);
    const rows = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(rows).toHaveLength(report.layers.length + 1);
    expect(rows[1]?.split(',')[0]).toBe('dense_1');
  });

  it('--labels reports the empirical Fisher, and says that it is another quantity', async () => {
    const csv = join(folder, 'labels.csv');
    const args = [fixture('mnist'), '-m', '8', '-r', `csv=${csv}`, '-r', 'table'];
    const [stdout, without] = [(await run([...args, '--labels'])).stdout, (await run(args)).stdout];
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /Contrast: the empirical Fisher of the data's own labels is another quantity, .* diagonals: \S+ in dense_1 \(0\.\d\d\), /,
    );
    expect(without).not.toContain('Contrast');
    const empty = readFileSync(csv, 'utf8').split('\n').slice(0, 2);
    expect(empty[0]).toContain('empiricalTrace,empiricalMean,empiricalNorm,empiricalCosine');
    expect(empty[1]).toContain(',,,,');
    const { status, stderr } = await run([fixture('iris'), '--labels']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/FA106 --labels: .*dataset\.csv has no labels/);
  });

  it('says how much of a file was used, if that is known', async () => {
    const head = async (...args: string[]): Promise<string> =>
      (await run([fixture('iris'), ...args])).stdout.replace(/\s+/g, ' ');
    expect(await head()).toContain('· 150 inputs ·');
    // The rows of a CSV are not counted beyond those that are used.
    expect(await head('-m', '20')).toContain('· first 20 inputs ·');
    expect((await run([fixture('mnist'), '-m', '8'])).stdout.replace(/\s+/g, ' ')).toContain('· 8 of 512 inputs ·');
  });

  it('-o writes what would go to standard output', async () => {
    const file = join(folder, 'table.txt');
    const { stdout } = await run([fixture('iris'), '-m', '8', '-o', file]);
    expect(stdout).toBe('');
    expect(readFileSync(file, 'utf8')).toContain('dense_1');
  });

  it('schema prints the JSON Schema of the report', async () => {
    const { stdout } = await run(['schema']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { schemaVersion: { const: 1 } } });
  });

  it('synthetic inputs are drawn with a warning, which --quiet hides', async () => {
    const model = join(folder, 'alone');
    await copyModel('iris', model);
    const { stdout, stderr } = await run([model, '-m', '8', '--json']);
    expect((JSON.parse(stdout) as Report).data).toMatchObject({ synthetic: true, path: null });
    expect(stderr).toMatch(/^warning: no data set was given/);
    expect((await run([model, '-m', '8', '--json', '-q'])).stderr).toBe('');
    const required = await run([model, '--require-data']);
    expect(required).toMatchObject({ status: 2, stdout: '' });
    expect(required.stderr).toContain('FA107');
  });
});

async function copyModel(name: string, to: string): Promise<void> {
  const { cp, mkdir } = await import('node:fs/promises');
  await mkdir(to, { recursive: true });
  for (const file of ['model.json', 'weights.bin']) await cp(join(fixture(name), file), join(to, file));
}
