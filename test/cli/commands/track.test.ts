import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, type Track, audit, track, trackSchema } from '../../../src/index.js';
import { fixture, run } from '../../support/terminal.js';

/*
 * Checkpoints of a network: the iris classifier, its last layer scaled down step by step.
 */

const SCALES = [1, 0.5, 0.25];

let folder = '';

let models: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fisher-audit-track-'));
  models = SCALES.map((scale, k) => {
    const own = join(folder, `ckpt-${k + 8}`);
    cpSync(fixture('iris'), own, { recursive: true });
    const weights = new Float32Array(Uint8Array.from(readFileSync(join(own, 'weights.bin'))).buffer);
    const last = 8 * 3 + 3;
    for (let i = weights.length - last; i < weights.length; i++) weights[i] = weights[i]! * scale;
    writeFileSync(join(own, 'weights.bin'), Buffer.from(weights.buffer));
    return join(own, 'model.json');
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a checkpoint's point says of a layer. */
function expected({ fisher, empirical, estimators: { gradient }, recommendation }: Report['layers'][number]) {
  const { variance, bounds, samplesForTarget, runs } = gradient;
  return {
    fisher: { trace: fisher.trace, mean: fisher.mean },
    empirical: empirical && { trace: empirical.trace, mean: empirical.mean },
    estimators: { gradient: { variance, bounds, samplesForTarget, relativeError: runs.at(-1)?.relativeError } },
    recommended: recommendation.estimator,
  };
}

describe('track', () => {
  it('has the figures of an audit of each checkpoint', async () => {
    const result = await track({ models, samples: [8, 64] });
    expect(trackSchema.parse(result)).toEqual(result);
    expect(result.checkpoints.map(({ name }) => name)).toEqual(['ckpt-8', 'ckpt-9', 'ckpt-10']);
    for (const [place, model] of models.entries()) {
      const { layers } = await audit({ model, samples: [8, 64] });
      for (const layer of layers) {
        const point = result.layers.find(({ name }) => name === layer.name)?.points[place];
        expect(point).toMatchObject(expected(layer));
      }
    }
  });

  it('has the empirical Fisher if it is requested', async () => {
    const options = { inputs: 16, labels: true };
    const checkpoints = [fixture('mnist-untrained'), fixture('mnist')];
    const result = await track({ models: checkpoints, ...options });
    for (const [place, model] of checkpoints.entries()) {
      const { layers } = await audit({ model, ...options });
      const own = result.layers.map(({ points }) => points[place]?.empirical?.mean);
      expect(own).toEqual(layers.map(({ empirical }) => empirical?.mean));
    }
  });

  it('writes the same figures from the command line, one CSV row for each layer and checkpoint', async () => {
    const { stdout, status } = await run(['track', ...models, '--json']);
    expect(status).toBe(0);
    const shown = trackSchema.parse(JSON.parse(stdout));
    expect({ ...shown, run: null }).toEqual({ ...(await track({ models })), run: null });
    const csv = (await run(['track', ...models, '-r', 'csv'])).stdout.trimEnd().split('\n');
    expect(csv).toHaveLength(1 + shown.layers.length * SCALES.length);
  });

  it.each([60, 80, 120])('no line is wider than a terminal of %i columns', async (columns) => {
    const { stdout } = await run(['track', ...models], { columns, env: { NO_COLOR: '1' } });
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
    for (const name of ['dense_1', 'dense_2', 'dense_3']) expect(stdout).toContain(name);
  });

  it('warns if the shell put 10 before 9, and keeps the given order', async () => {
    const [eight, nine, ten] = models as [string, string, string];
    const { stderr, stdout } = await run(['track', eight, ten, nine, '--json']);
    expect(stderr).toMatch(/^warning: .*ckpt-10.* comes before .*ckpt-9/);
    const { checkpoints } = JSON.parse(stdout) as Track;
    expect(checkpoints.map(({ name }) => name)).toEqual(['ckpt-8', 'ckpt-10', 'ckpt-9']);
  });

  it('refuses one checkpoint, files that are not models, and other networks before it computes', async () => {
    const [first] = models as [string];
    expect(await run(['track', first])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('FA401') as string,
    });
    const missing = await run(['track', first, join(folder, 'none.json')]);
    expect(missing).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('none.json') as string });
    const other = await run(['track', first, fixture('regression'), '-q']);
    expect(other).toMatchObject({ status: 2, stdout: '' });
    expect(other.stderr).toMatch(/^FA\d+ /);
  });

  it('is incomplete if the audit of a checkpoint is', async () => {
    const { verdict } = await track({ models, skipLayer: ['dense_2'] });
    expect(verdict).toMatchObject({ passed: false, outcome: 'incomplete' });
  });
});
