import { ratcheted } from '../../src/findings/compare/ratchet.js';
import { chmodSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { audit } from '../../src/index.js';
import { type Baseline, baselineOf } from '../../src/results/baseline.js';
import { CONFIG, SMALL, readJson, irisFolder } from '../support/models/iris-folder.js';
import { run } from '../support/terminal.js';

const { audited, inside, planted, write } = irisFolder();

describe('the baseline', () => {
  const make = async (...args: string[]): Promise<string> => {
    const path = inside('baseline.json');
    expect((await audited('--baseline', path, '--update-baseline', ...args)).status).toBe(0);
    return path;
  };

  it('is small, sorted, reproducible, and passes later audits', async () => {
    const path = await make();
    const text = readFileSync(path, 'utf8');
    expect(text.length).toBeLessThan(3000);
    expect(Object.keys((readJson(path) as Baseline).layers)).toEqual(['dense_1', 'dense_2', 'dense_3']);
    await make();
    expect(readFileSync(path, 'utf8')).toBe(text);
    const config = write(CONFIG, { baseline: 'baseline.json', policy: { maxIncrease: '10%' } });
    expect((await audited('--config', config)).status).toBe(0);
    const worse = await run([planted('dense_3', 3, 'worse'), ...SMALL, '--config', config]);
    expect(worse.stdout).toMatch(/the\s+baseline\s+has/);
    expect(worse.status).toBe(1);
    expect(readdirSync(inside()).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is reported if no rule uses it', async () => {
    const path = await make();
    const { stderr } = await audited('--baseline', path);
    expect(stderr).toContain(`The baseline ${path} has no effect`);
  });

  it('is refused with the reason for other data, noise, kinks, likelihood or version', async () => {
    const path = await make();
    const refused = async (reason: string, ...args: string[]): Promise<void> => {
      const { status, stderr } = await audited('--baseline', path, ...args);
      expect([status, stderr]).toEqual([2, expect.stringContaining(reason)]);
      expect(stderr).toContain('FA405');
    };
    await refused('another data set (number of inputs: 8, now 4; their contents differ)', '-m', '4');
    await refused('other --kinks (strict, now almost-everywhere)', '--kinks', 'almost-everywhere');
    const own = readJson(path) as Baseline;
    write('baseline.json', { ...own, tool: { ...own.tool, version: '0.0.1' } });
    await refused('another version of the tool (0.0.1, now');
    write('baseline.json', { ...own, likelihood: { family: 'gaussian', noise: 1 } });
    await refused('another likelihood (gaussian, now categorical), another --noise (1, now null)');
    // A newly accepted baseline is not compared with the old one.
    expect((await audited('--baseline', path, '--update-baseline', '-m', '4')).status).toBe(0);
  });

  it('of another number of inputs or another noise is refused before anything is estimated', async () => {
    const baseline = await make();
    const estimated: number[] = [];
    const listener = { progress: (inputs: number) => void estimated.push(inputs) };
    const refusal = { code: 'FA405' };
    await expect(audit({ model: inside('model'), baseline, inputs: 4, listener })).rejects.toMatchObject(refusal);
    write('baseline.json', { ...(readJson(baseline) as Baseline), likelihood: { family: 'gaussian', noise: 1 } });
    await expect(audit({ model: inside('model'), baseline, inputs: 8, listener })).rejects.toMatchObject(refusal);
    expect(estimated).toEqual([]);
  });

  it('never loosens with a ratchet', async () => {
    const path = inside('baseline.json');
    const config = write(CONFIG, { baseline: 'baseline.json', policy: { maxIncrease: '1000%' } });
    expect((await audited('--config', config, '--ratchet')).status).toBe(0);
    const errors = (): (number | null)[] =>
      Object.values((readJson(path) as Baseline).layers).map((own) => own.relativeError);
    let before = errors();
    for (const [layer, factor] of [
      ['dense_3', 0.5],
      ['dense_3', 1.2],
      ['dense_1', 0.7],
      ['dense_2', 1.5],
    ] as const) {
      const model = planted(layer, factor, `${layer}-${factor}`);
      await run([model, ...SMALL, '--config', config, '--ratchet', ...(factor === 0.7 ? ['-n', '8'] : [])]);
      const [after, scale] = [errors(), Math.sqrt((readJson(path) as Baseline).samples / 32)];
      after.forEach((error, k) => {
        expect((error ?? 0) * scale).toBeLessThanOrEqual((before[k] ?? Infinity) * (1 + 1e-5));
      });
      before = after.map((error) => (error ?? 0) * scale);
    }
    await audited('--config', config, '--ratchet', '--skip-layer', 'dense_1');
    expect(Object.keys((readJson(path) as Baseline).layers)).toContain('dense_1');
  });

  it('is an error before any computation if it cannot be read or written', async () => {
    expect((await audited('--update-baseline')).stderr).toContain('--update-baseline needs a baseline');
    const missing = await audited('--baseline', inside('no', 'baseline.json'), '--update-baseline');
    expect(missing).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('FA402') as string });
    const damaged = write('damaged.json', '{"schemaVersion": 1, "kind": "baseline"}');
    expect(await audited('--baseline', damaged)).toMatchObject({ status: 2, stdout: '' });
    // A superuser may write anywhere.
    if (process.getuid?.() === 0) return;
    const path = await make();
    chmodSync(inside(), 0o555);
    const closed = await audited('--baseline', path, '--update-baseline').finally(() => chmodSync(inside(), 0o755));
    expect(closed).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('FA402') as string });
  });
});

describe('a ratchet', () => {
  it('accepts lower errors, but not of a layer whose information changed', async () => {
    const base = baselineOf(await audit({ model: inside('model'), inputs: 32 }));
    const changed = (errorFactor: number, meanFactor: number): typeof base => {
      const copy = structuredClone(base);
      copy.model.sha256 = 'another';
      for (const layer of Object.values(copy.layers)) {
        if (layer.relativeError !== null) layer.relativeError *= errorFactor;
        layer.fisherMean *= meanFactor;
      }
      return copy;
    };
    const errors = (own: typeof base) => Object.values(own.layers).map(({ relativeError }) => relativeError);
    expect(errors(ratcheted(base, changed(0.9, 1.1)))).toEqual(errors(changed(0.9, 1.1)));
    expect(errors(ratcheted(base, changed(1.1, 1)))).toEqual(errors(base));
    expect(errors(ratcheted(base, changed(0.1, 0.01)))).toEqual(errors(base));
  });
});
