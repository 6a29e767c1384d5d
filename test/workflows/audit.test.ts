import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, audit, reportSchema } from '../../src/index.js';
import { fixture, run } from '../support/terminal.js';
import { type LayerEntry, dense, kernel, writeNetwork } from '../support/models/written-networks.js';

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
  it('Î₂ is recommended in the last layer, where V₂ = 0', async () => {
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

  it('the relu network names its kinks, has no figures of Î₂ behind them, and explains both', async () => {
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

  it('piecewise linear layers have S = 0 almost everywhere, and say so', async () => {
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

describe('what an audit must not assume', () => {
  it.each([
    ['a reshape after the softmax', [dense('d1', 4, 'softmax'), ['Reshape', { name: 'r', target_shape: [2, 2] }]]],
    [
      'a relu layer at the end',
      [dense('d1', 4, 'linear'), ['ReLU', { name: 'r', max_value: null, negative_slope: 0, threshold: 0 }]],
    ],
  ] as [string, LayerEntry[]][])('%s implies no likelihood', async (_, layers) => {
    const model = writeNetwork(join(folder, 'ends'), layers, [kernel('d1', 4, 4)]);
    const { status, stderr } = await run([model, '-m', '4', '-q']);
    expect(stderr).toMatch(/^FA301 the network ends in /);
    expect(status).toBe(2);
    expect((await run([model, '-m', '4', '-q', '--likelihood', 'gaussian'])).status).toBe(0);
  });

  it('an unreachable target is not reported as reached, and one input gives no input noise', async () => {
    const { stdout } = await run([fixture('iris'), '-m', '1', '--target', '1e-9', '--json']);
    const { layers } = JSON.parse(stdout) as Report;
    expect(layers[0]?.estimators.gradient.runs[0]?.relativeErrorTotal).toBeNull();
    const unreachable = await run([fixture('iris'), '--target', '1e-9', '--json']);
    const { answers } = JSON.parse(unreachable.stdout) as Report;
    expect(answers.find(({ question }) => question === 'decision')?.answer).toBe('no-go');
  });

  it('audits that run at once take turns', async () => {
    const model = fixture('iris');
    const both = await Promise.all([audit({ model, backend: 'wasm' }), audit({ model, backend: 'cpu', inputs: 8 })]);
    expect(both.map((report) => report.run.backend)).toEqual(['wasm', 'cpu']);
  });

  it.each([
    [{ model: 3 }, /model: expected the path of a file/],
    [{ model: 'x', data: [[1]] }, /data: expected the path of a file/],
    [{ model: 'x', quiet: true }, /unknown option quiet · the options are samples, inputs, .*batchSize$/],
    [{ model: 'x', samples: {} }, /--samples: got \{\}, expected integers/],
  ])('the API refuses %j', async (request, message) => {
    await expect(audit(request as never)).rejects.toMatchObject({
      name: 'AuditError',
      message: expect.stringMatching(message) as string,
    });
  });
});
