import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.js';
import { fixture, run } from '../support/terminal.js';

let folder = '';

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-cli-'))));

afterAll(() => rmSync(folder, { recursive: true }));

describe('exit status', () => {
  const iris = fixture('iris');

  it('0 and 1: a check passes or fails, and the report says by how much', async () => {
    expect((await run([iris, '--max-error', '0.5'])).status).toBe(0);
    const { status, stdout } = await run([iris, '--max-error', '0.001']);
    expect(status).toBe(1);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /fail: dense_1: relative error .* at 64 draws is above 0.1% \(--max-error\)/,
    );
    expect(stdout).toMatch(/: fail\n$/);
  });

  it('failures are printed on standard error if the report is piped', async () => {
    const { stderr, stdout } = await run([iris, '--max-error', '0.001', '--json']);
    expect((JSON.parse(stdout) as Report).verdict).toMatchObject({ passed: false, outcome: 'fail' });
    expect(stderr).toContain('fail: dense_1');
  });

  it('4: a skipped layer never passes a check; without a check the verdict is incomplete', async () => {
    const { status, stdout } = await run([iris, '--max-error', '0.5', '--skip-layer', 'dense_2']);
    expect(status).toBe(4);
    expect(stdout).toMatch(/not audited: dense_2 \(Dense, 136\sparameters\): skipped by --skip-layer/);
    expect(stdout).toMatch(/: inconclusive\n$/);
    const unchecked = await run([iris, '--skip-layer', 'dense_2', '--json']);
    expect(unchecked.status).toBe(0);
    expect((JSON.parse(unchecked.stdout) as Report).verdict).toMatchObject({ passed: false, outcome: 'incomplete' });
  });

  it('3: no layer can be audited, or fewer parameters than required', async () => {
    const all = ['dense_1', 'dense_2', 'dense_3'].flatMap((name) => ['--skip-layer', name]);
    expect(await run([iris, ...all])).toMatchObject({ status: 3, stdout: '' });
    const coverage = await run([iris, '--skip-layer', 'dense_2', '--require-coverage', '0.9']);
    expect(coverage.status).toBe(3);
    expect(coverage.stderr).toMatch(/^FA303 /);
  });

  it.each([
    [['--samples', '0,x', '--target', '-1', '--seed', '0.5'], /FA401 --samples: .*; --target: .*; --seed: /],
    [['--frob'], /FA401 unknown option '--frob'/],
    [['--memory', '63MB'], /FA401 --memory: got 63MB, expected a size from 64MB to 1TiB/],
    [['--memory', '60MiB'], /FA401 --memory: got 60MiB/],
    [['--report', 'pdf'], /FA401 --report: got pdf, expected one of: table, json, ndjson, csv/],
    [['-r', 'table', '--json'], /FA401 --report: table and json would both go to standard output/],
    [['--skip-layer', 'nope'], /FA401 --skip-layer: the model has no layer "nope" · its layers are dense_1/],
    [['--likelihood', 'bernoulli'], /FA301 --likelihood bernoulli does not go with a network that ends in softmax/],
    [['--likelihood', 'weibull'], /FA401 --likelihood: got weibull, expected one of: auto, categorical/],
    [['-o', '/no/such/folder/x'], /FA402 .*cannot be written/],
    [['--inputs', '-3'], /FA401 --inputs: got -3, expected an integer ≥ 1, or all/],
  ])('2: %j', async (args, message) => {
    const { status, stdout, stderr } = await run([iris, ...args]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it.each([
    [['inspct', iris], /^FA200 inspct: .* · did you mean the command inspect\? If not, check the path/],
    [['comprae', iris, iris], /^FA401 comprae is not a command, .* · did you mean the command compare\?/],
    [['nothere.keras'], /^FA200 nothere.keras: there is no such file or folder · check the path of the model\n$/],
  ])('2: %j names the command that was probably meant', async (args, message) => {
    const { status, stderr } = await run(args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it('2: files are missing, or of another kind', async () => {
    const missing = await run([join(folder, 'nope.json'), '--json']);
    expect(missing).toMatchObject({ status: 2, stdout: '' });
    expect(JSON.parse(missing.stderr)).toMatchObject({ error: { code: 'FA200' } });
    const file = join(folder, 'x.csv');
    writeFileSync(file, '1,2,3\n4,5,6\n');
    const shape = await run([iris, file]);
    expect(shape.status).toBe(2);
    expect(shape.stderr).toMatch(/^FA104 .*3.*4/);
  });

  it.each([
    ['a model file', 'mnist/model.json'],
    ['a folder with a model', 'mnist-relu'],
    ['a model in an archive', 'mnist-resnet/model.keras'],
  ])('2: %s given as data', async (_, path) => {
    const { status, stderr } = await run([iris, fixture(path)]);
    expect(status).toBe(2);
    expect(stderr).toContain(`FA101 ${fixture(path)} is a model, not a data set`);
  });

  it.each([[['--labels']], [['--inputs', 'all']]])('2: %j without data, in one line', async (args) => {
    const model = mkdtempSync(join(folder, 'model-'));
    for (const name of ['model.json', 'weights.bin']) copyFileSync(join(iris, name), join(model, name));
    const { status, stderr } = await run([model, ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^FA107 [^\n]*\n$/);
  });

  it('2: a model has unsupported layers, and the message names all of them; inspect lists them', async () => {
    const source = fixture('oracle/conv-tanh-avgpool');
    const model = join(folder, 'unsupported.json');
    const text = readFileSync(join(source, 'model.json'), 'utf8');
    copyFileSync(join(source, 'weights.bin'), join(folder, 'weights.bin'));
    writeFileSync(model, text.replace('"Conv2D"', '"Attention"').replace('"AveragePooling2D"', '"Lambda"'));
    const { status, stderr } = await run([model]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^FA201 2 layers cannot be audited: conv2d_Conv2D1 \(Attention\), average_pooling2d_AveragePooling2D1 \(Lambda\) /,
    );
    const inspected = await run(['inspect', model, '--json']);
    const { layers } = JSON.parse(inspected.stdout) as { layers: { name: string; supported: boolean }[] };
    expect(layers.filter(({ supported }) => !supported)).toHaveLength(2);
    expect(inspected.status).toBe(2);
  });
});
