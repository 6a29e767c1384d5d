import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, audit, reportSchema } from '../../src/index.js';
import { fixture, run } from '../support/terminal.js';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-cli-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function reportOf(...args: string[]): Promise<Report> {
  const { stdout, stderr, status } = await run([...args, '--json']);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return reportSchema.parse(JSON.parse(stdout));
}

describe('what the audit finds on the fixtures', () => {
  it('the last layer has V₂ = 0 and is recommended the hessian', async () => {
    for (const name of ['mnist', 'mnist-relu', 'iris', 'regression']) {
      const last = (await reportOf(fixture(name), '-m', '32')).layers.at(-1);
      expect(last?.position).toBe('final');
      expect(last?.estimators.hessian.variance).toBe(0);
      expect(last?.recommendation).toMatchObject({ estimator: 'hessian', reason: 'zero-variance' });
    }
  });

  it("the sigmoid network shows the paper's pattern: Î₁ is better in all layers but the last, V₁ largest there", async () => {
    const { layers } = await reportOf(fixture('mnist'));
    for (const layer of layers.slice(0, -1)) expect(layer.recommendation.estimator).toBe('gradient');
    const variances = layers.map(({ estimators }) => estimators.gradient.variance ?? 0);
    expect(Math.max(...variances)).toBe(variances.at(-1));
  });

  it('the relu network names its kinks, has no hessian figures there, and explains both facts', async () => {
    const { layers } = await reportOf(fixture('mnist-relu'), '-m', '32');
    const [first] = layers;
    expect(first?.estimators.hessian).toMatchObject({ applicability: 'kinked', variance: null, runs: [] });
    expect(first?.estimators.hessian.kinks).toEqual(['dense_1 (relu)', 'dense_2 (relu)']);
    expect(first?.recommendation).toMatchObject({ estimator: 'gradient', reason: 'not-applicable' });
    const { stdout } = await run([fixture('mnist-relu'), '-m', '32']);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain('dense_1 (relu) and dense_2 (relu)');
    expect(text).toContain('the condition under which Î₂ is derived does not hold');
    expect(text).toContain('exact diagonal for Î₂, without label noise');
  });

  it('almost everywhere, piecewise linear layers have S = 0 and say so', async () => {
    const { layers } = await reportOf(fixture('mnist-relu'), '-m', '32', '--kinks', 'almost-everywhere');
    expect(layers[0]?.estimators.hessian).toMatchObject({ almostEverywhere: true, variance: 0 });
    expect(layers[0]?.recommendation.reason).toBe('zero-variance-almost-everywhere');
  });

  it('every layer and every column adds up', async () => {
    const { layers, model } = await reportOf(fixture('mnist'), '-n', '8,64', '-m', '16');
    expect(layers.reduce((sum, { parameters }) => sum + parameters.audited, 0)).toBe(model.parameters);
    for (const { weights, fisher, estimators, parameters } of layers) {
      const sum = (f: (weight: (typeof weights)[number]) => number): number =>
        weights.reduce((all, one) => all + f(one), 0);
      expect(sum((weight) => weight.fisher.trace)).toBeCloseTo(fisher.trace, 10);
      const variance = sum((weight) => (weight.variance.gradient ?? NaN) * weight.parameters.total) / parameters.total;
      expect(variance / (estimators.gradient.variance ?? NaN)).toBeCloseTo(1, 10);
      for (const { variance: exact, bounds } of Object.values(estimators)) {
        expect(bounds?.lower).toBeLessThanOrEqual((exact ?? NaN) * (1 + 1e-9));
        expect(bounds?.upper).toBeGreaterThanOrEqual((exact ?? NaN) * (1 - 1e-9));
      }
    }
  });
});

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

  it('--labels tells what the own labels make of it, and that this is another quantity', async () => {
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
    expect(stderr).toMatch(/FA106 --labels: .*dataset\.csv holds no labels/);
  });

  it('says how much of a file was used, as far as that is known', async () => {
    const head = async (...args: string[]): Promise<string> =>
      (await run([fixture('iris'), ...args])).stdout.replace(/\s+/g, ' ');
    expect(await head()).toContain('· 150 inputs ·');
    // The rows of a CSV are not counted beyond those that are used.
    expect(await head('-m', '20')).toContain('· first 20 inputs ·');
    expect((await run([fixture('mnist'), '-m', '8'])).stdout.replace(/\s+/g, ' ')).toContain('· 8 of 512 inputs ·');
  });

  it('-o takes what would go to standard output', async () => {
    const file = join(folder, 'table.txt');
    const { stdout } = await run([fixture('iris'), '-m', '8', '-o', file]);
    expect(stdout).toBe('');
    expect(readFileSync(file, 'utf8')).toContain('dense_1');
  });

  it('schema prints the JSON Schema of the report', async () => {
    const { stdout } = await run(['schema']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { schemaVersion: { const: 1 } } });
  });

  it('synthetic inputs are drawn with a warning, which --quiet keeps back', async () => {
    const model = join(folder, 'alone');
    await copyModel('iris', model);
    const { stdout, stderr } = await run([model, '-m', '8', '--json']);
    expect((JSON.parse(stdout) as Report).data).toMatchObject({ synthetic: true, path: null });
    expect(stderr).toMatch(/^warning: no data set given/);
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

  it('whoever pipes the report sees failures on standard error', async () => {
    const { stderr, stdout } = await run([iris, '--max-error', '0.001', '--json']);
    expect((JSON.parse(stdout) as Report).verdict).toMatchObject({ passed: false, outcome: 'fail' });
    expect(stderr).toContain('fail: dense_1');
  });

  it('4: what was skipped never passes a check; without one it is incomplete', async () => {
    const { status, stdout } = await run([iris, '--max-error', '0.5', '--skip-layer', 'dense_2']);
    expect(status).toBe(4);
    expect(stdout).toMatch(/not audited: dense_2 \(Dense, 136\sparameters\): skipped by --skip-layer/);
    expect(stdout).toMatch(/: inconclusive\n$/);
    const unchecked = await run([iris, '--skip-layer', 'dense_2', '--json']);
    expect(unchecked.status).toBe(0);
    expect((JSON.parse(unchecked.stdout) as Report).verdict).toMatchObject({ passed: false, outcome: 'incomplete' });
  });

  it('3: nothing is left to audit, or less than required', async () => {
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
    [['--report', 'pdf'], /FA401 --report: got pdf, expected table, json, ndjson, csv/],
    [['-r', 'table', '--json'], /FA401 --report: table and json both go to standard output/],
    [['--skip-layer', 'nope'], /FA401 --skip-layer: the model has no layer "nope" · its layers are dense_1/],
    [['--likelihood', 'bernoulli'], /FA301 --likelihood bernoulli does not go with a network that ends in softmax/],
    [['--likelihood', 'weibull'], /FA401 --likelihood: got weibull, expected auto, categorical/],
    [['-o', '/no/such/folder/x'], /FA402 .*cannot be written/],
    [['--inputs', '-3'], /FA401 --inputs: got -3, expected an integer ≥ 1, or all/],
  ])('2: %j', async (args, message) => {
    const { status, stdout, stderr } = await run([iris, ...args]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('2: files that are not there, or of another kind', async () => {
    const missing = await run([join(folder, 'nope.json'), '--json']);
    expect(missing).toMatchObject({ status: 2, stdout: '' });
    expect(JSON.parse(missing.stderr)).toMatchObject({ error: { code: 'FA200' } });
    const file = join(folder, 'x.csv');
    writeFileSync(file, '1,2,3\n4,5,6\n');
    const shape = await run([iris, file]);
    expect(shape.status).toBe(2);
    expect(shape.stderr).toMatch(/^FA104 .*3.*4/);
  });

  it('2: a model with unsupported layers, all of them named; inspect says which', async () => {
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

describe('inspect', () => {
  it.each(['mnist-lenet-relu', 'mnist-lenet-tanh', 'mnist-resnet', 'mnist-gru'])(
    '%s: an audit of 64 inputs takes every parameter by itself',
    async (name) => {
      const { stdout } = await run(['inspect', fixture(name), '--inputs', '64', '--json']);
      expect((JSON.parse(stdout) as { coverage: number }).coverage).toBe(1);
    },
  );

  it('tells estimators, coverage and cost, and reads no data', async () => {
    const { stdout, status } = await run(['inspect', fixture('mnist-relu'), '--json']);
    expect(status).toBe(0);
    const inspection = JSON.parse(stdout) as { coverage: number; layers: object[]; cost: { flopsPerInput: number } };
    expect(inspection.coverage).toBe(1);
    expect(inspection.layers[0]).toMatchObject({ applicability: 'kinked', parameters: 100480, audited: 100480 });
    expect(inspection.cost.flopsPerInput).toBeGreaterThan(1e5);
    const text = await run(['inspect', fixture('mnist-relu')]);
    expect(text.stdout).toContain('Î₁ only: dense_2 (relu)');
  });
});

it.each([
  ['--memory', '64MB', '1GiB'],
  ['--batch-size', '1', '64'],
  ['--precision', 'float32', 'float64'],
])('inspect takes %s: with %s its plan is another than with %s', async (flag, one, other) => {
  const costWith = async (value: string): Promise<object> => {
    const { stdout } = await run(['inspect', fixture('mnist-lenet-tanh'), '--inputs', '64', '--json', flag, value]);
    const { backend, bytes } = (JSON.parse(stdout) as { cost: { backend: string; bytes: number } }).cost;
    return { backend, bytes };
  };
  expect(await costWith(one)).not.toEqual(await costWith(other));
});

describe('what an audit must not take for granted', () => {
  /** A small network on disk: layers as Keras writes them, weights from a fixed sequence. */
  function writeNetwork(
    name: string,
    layers: [string, Record<string, unknown>][],
    weights: [string, number[]][],
  ): string {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    const saved = layers.map(([class_name, config]) => ({ class_name, config: { trainable: true, ...config } }));
    const manifest = weights.map(([weight, shape]) => ({ name: weight, shape, dtype: 'float32' }));
    const count = weights.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const values = Float32Array.from({ length: count }, (_, k) => Math.sin(3 * k + 1) / 2);
    writeFileSync(join(path, 'weights.bin'), new Uint8Array(values.buffer));
    const modelTopology = { class_name: 'Sequential', config: { name: 'm', layers: saved }, keras_version: '2.15.0' };
    const weightsManifest = [{ paths: ['weights.bin'], weights: manifest }];
    writeFileSync(join(path, 'model.json'), JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
    return path;
  }

  const dense = (name: string, units: number, activation: string): [string, Record<string, unknown>] => [
    'Dense',
    { name, units, activation, use_bias: false, ...(name === 'd1' && { batch_input_shape: [null, 4] }) },
  ];
  const kernel = (name: string, from: number, to: number): [string, number[]] => [`${name}/kernel`, [from, to]];

  it.each([
    ['a reshape after the softmax', [dense('d1', 4, 'softmax'), ['Reshape', { name: 'r', target_shape: [2, 2] }]]],
    [
      'a relu layer at the end',
      [dense('d1', 4, 'linear'), ['ReLU', { name: 'r', max_value: null, negative_slope: 0, threshold: 0 }]],
    ],
  ] as [string, [string, Record<string, unknown>][]][])('%s implies no likelihood', async (_, layers) => {
    const model = writeNetwork('ends', layers, [kernel('d1', 4, 4)]);
    const { status, stderr } = await run([model, '-m', '4', '-q']);
    expect(stderr).toMatch(/^FA301 the network ends in /);
    expect(status).toBe(2);
    expect((await run([model, '-m', '4', '-q', '--likelihood', 'gaussian'])).status).toBe(0);
  });

  it('a wide layer before a normalisation stays within memory', async () => {
    const normalisation = { name: 'n', axis: -1, epsilon: 0.001, scale: false, center: false };
    const layers = [dense('d1', 2048, 'linear'), ['LayerNormalization', normalisation], dense('d2', 10, 'softmax')];
    const weights = [kernel('d1', 4, 2048), kernel('d2', 2048, 10)];
    const model = writeNetwork('wide', layers as [string, Record<string, unknown>][], weights);
    expect(await run([model, '-m', '64', '-q', '--json'])).toMatchObject({ status: 0, stderr: '' });
  });

  it('an unreachable target is not called reached, and one input tells nothing about inputs', async () => {
    const { stdout } = await run([fixture('iris'), '-m', '1', '--target', '1e-9', '--json']);
    const { layers } = JSON.parse(stdout) as Report;
    expect(layers[0]?.estimators.gradient.runs[0]?.relativeErrorTotal).toBeNull();
    expect((await run([fixture('iris'), '--target', '1e-9'])).stdout).not.toMatch(/1 label draw per input brings/);
  });

  it('audits that run at once take turns', async () => {
    const model = fixture('iris');
    const both = await Promise.all([audit({ model, backend: 'wasm' }), audit({ model, backend: 'cpu', inputs: 8 })]);
    expect(both.map((report) => report.run.backend)).toEqual(['wasm', 'cpu']);
  });

  it.each([
    [{ model: 3 }, /model: expected the path of a file/],
    [{ model: 'x', data: [[1]] }, /data: expected the path of a file/],
    [{ model: 'x', quiet: true }, /unknown option quiet · an audit has samples, .* is for the command line to say$/],
    [{ model: 'x', samples: {} }, /--samples: got \{\}, expected integers/],
  ])('the API refuses %j', async (request, message) => {
    await expect(audit(request as never)).rejects.toMatchObject({
      name: 'AuditError',
      message: expect.stringMatching(message) as string,
    });
  });
});
