import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Baseline } from '../../src/results/baseline.js';
import type { Comparison } from '../../src/results/comparison.js';
import type { Report } from '../../src/results/report.js';
import { type Ran, fixture, run } from '../support/terminal.js';

const root = mkdtempSync(join(tmpdir(), 'fisher-audit-gate-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
let folder = '';
beforeEach(() => {
  folder = join(root, String(count++));
  cpSync(fixture('iris'), join(folder, 'model'), { recursive: true });
});

const SMALL = ['-m', '8', '-n', '32', '--backend', 'cpu'];
const audited = (...args: string[]): Promise<Ran> => run([join(folder, 'model'), ...SMALL, ...args]);
const compared = (...args: string[]): Promise<Ran> => run(['compare', ...args, '--backend', 'cpu']);

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}

const CONFIG = 'fisher-audit.config.json';
const failing = { policy: { maxError: '1%' } };
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** A copy of the model of which the weights of one layer are multiplied. */
function planted(layer: string, factor: number, name: string): string {
  cpSync(join(folder, 'model'), join(folder, name), { recursive: true });
  const path = join(folder, name, 'weights.bin');
  const { weightsManifest } = read(join(folder, name, 'model.json')) as {
    weightsManifest: { weights: { name: string; shape: number[] }[] }[];
  };
  const bytes = readFileSync(path);
  let at = 0;
  for (const { name: weight, shape } of weightsManifest.flatMap(({ weights }) => weights)) {
    const size = shape.reduce((product, side) => product * side, 1);
    if (weight.startsWith(`${layer}/`)) {
      for (let k = 0; k < size; k++) bytes.writeFloatLE(bytes.readFloatLE(at + 4 * k) * factor, at + 4 * k);
    }
    at += 4 * size;
  }
  writeFileSync(path, bytes);
  return join(folder, name);
}

describe('the configuration', () => {
  it('is found upwards of the model, checks, and says where a limit was set', async () => {
    write(CONFIG, failing);
    const { status, stdout } = await audited('--json');
    expect(status).toBe(1);
    const { verdict } = JSON.parse(stdout) as Report;
    expect(verdict.failures[0]?.source).toMatchObject({ line: 3 });
    expect(verdict.failures[0]?.source.setting).toContain(`${CONFIG} › maxError`);
    // The nearest one counts.
    writeFileSync(join(folder, 'model', CONFIG), '{}');
    expect((await audited()).status).toBe(0);
    expect((await audited('--config', join(folder, CONFIG))).status).toBe(1);
  });

  it('gives options, which flags override', async () => {
    write(CONFIG, { $schema: './schema.json', inputs: 4, samples: '8,16', target: '20%' });
    const fromFile = JSON.parse((await run([join(folder, 'model'), '--backend', 'cpu', '--json'])).stdout) as Report;
    expect(fromFile.data.inputs).toBe(4);
    expect(fromFile.run).toMatchObject({ samples: [8, 16], target: 0.2 });
    const overridden = JSON.parse((await audited('--json')).stdout) as Report;
    expect(overridden.data.inputs).toBe(8);
    expect(overridden.run).toMatchObject({ samples: [32], target: 0.2 });
  });

  it.each([
    ['{\n "polcy": {}\n}', 'unknown key polcy (line 2), did you mean policy?'],
    ['{"policy": {\n"maxEror": 1}}', 'unknown key policy › maxEror (line 2), did you mean maxError?'],
    ['{"policy": {"layers": {"a": {\n\n"minFischer": 1}}}}', 'minFischer (line 3), did you mean minFisher?'],
    ['{"policy": {\n"maxError": "ten"}}', 'policy › maxError (line 2)'],
    ['{"inputs": 0}', 'inputs (line 1): expected an integer ≥ 1, or all'],
    ['{"kinks": "strikt"}', 'kinks (line 1): expected strict, almost-everywhere'],
    ['{"policy": {"maxError": {}}}', 'policy › maxError (line 1): expected a number > 0, a percentage'],
    ['{"policy": {"maxVarianceRatio": {}}}', 'policy › maxVarianceRatio (line 1): expected a number > 0, or one for'],
    ['{"policy": {"layers": {"": {"maxError": 1}}}}', 'expected a glob of 1 to 1000 characters'],
    [`{"policy": {"layers": {"${'*('.repeat(30_000)}": {"maxError": 1}}}}`, 'FA403'],
    ['[]', 'expected object'],
    ['null', 'expected object'],
    ['{"policy": }', 'is not JSON'],
    ['', 'is not JSON'],
    ['{"constructor": 1}', 'unknown key constructor'],
    ['{"policy": {"layers": {"a": {"requireData": true}}}}', 'unknown key policy › layers › a › requireData'],
    ['{"a": '.repeat(100_000) + '1' + '}'.repeat(100_000), 'FA403'],
    [`{"samples": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'FA403'],
  ])('%.60s: is refused in one line', async (text, message) => {
    write(CONFIG, text);
    const { status, stdout, stderr } = await audited();
    expect(stderr).toContain('FA403');
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect([status, stdout]).toEqual([2, '']);
  });

  it('with keys like __proto__ changes nothing but what it says', async () => {
    write(CONFIG, '{"policy": {"layers": {"__proto__": {"maxError": "1%"}, "constructor": {"maxError": "1%"}}}}');
    const { status, stderr } = await audited();
    expect(({} as Record<string, unknown>).maxError).toBeUndefined();
    expect([2, 4]).toContain(status);
    expect(stderr).toMatch(/warning: the policy names .*constructor|FA403/);
  });

  it('tells the line of the key itself, not of one of that name elsewhere', async () => {
    const text = '{"policy": {"layers": {"dense_1": {"maxError": 0.001}},\n"maxIncrease": "1%", "maxError": 0.001}}';
    write(CONFIG, text.replace('"layers"', '\n"layers"'));
    const { verdict } = JSON.parse((await audited('--json')).stdout) as Report;
    const lines = verdict.checks.filter(({ rule }) => rule === 'maxError').map(({ source }) => source.line);
    expect(lines).toEqual([2, 3, 3]);
  });

  it('warns of globs that no layer matches, and refuses a file that is not there', async () => {
    write(CONFIG, { policy: { layers: { 'conv*': { maxError: 1 } } } });
    expect((await audited()).stderr).toContain('the policy names conv*, which matches no layer');
    expect(await audited('--config', join(folder, 'none.json'))).toMatchObject({ status: 2 });
  });
});

describe('the baseline', () => {
  const make = async (...args: string[]): Promise<string> => {
    const path = join(folder, 'baseline.json');
    expect((await audited('--baseline', path, '--update-baseline', ...args)).status).toBe(0);
    return path;
  };

  it('is small, sorted, the same again, and holds later audits', async () => {
    const path = await make();
    const text = readFileSync(path, 'utf8');
    expect(text.length).toBeLessThan(3000);
    expect(Object.keys((read(path) as Baseline).layers)).toEqual(['dense_1', 'dense_2', 'dense_3']);
    await make();
    expect(readFileSync(path, 'utf8')).toBe(text);
    const config = write(CONFIG, { baseline: 'baseline.json', policy: { maxIncrease: '10%' } });
    expect((await audited('--config', config)).status).toBe(0);
    const worse = await run([planted('dense_3', 3, 'worse'), ...SMALL, '--config', config]);
    expect(worse.stdout).toMatch(/the\s+baseline\s+has/);
    expect(worse.status).toBe(1);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('that no rule looks at is told', async () => {
    const path = await make();
    const { stderr } = await audited('--baseline', path);
    expect(stderr).toContain(`no rule (maxIncrease) holds the audit against the baseline ${path}`);
  });

  it('is refused for other data, noise, kinks, likelihood or version, with the reason', async () => {
    const path = await make();
    const refused = async (reason: string, ...args: string[]): Promise<void> => {
      const { status, stderr } = await audited('--baseline', path, ...args);
      expect([status, stderr]).toEqual([2, expect.stringContaining(reason)]);
      expect(stderr).toContain('FA405');
    };
    await refused('another data set (number of inputs: 8, now 4; their contents differ)', '-m', '4');
    await refused('other --kinks (strict, now almost-everywhere)', '--kinks', 'almost-everywhere');
    const own = read(path) as Baseline;
    write('baseline.json', { ...own, tool: { ...own.tool, version: '0.0.1' } });
    await refused('another version of the tool (0.0.1, now');
    write('baseline.json', { ...own, likelihood: { family: 'gaussian', noise: 1 } });
    await refused('another likelihood (gaussian, now categorical), another --noise (1, now null)');
    // What is accepted anew is not held against the old one.
    expect((await audited('--baseline', path, '--update-baseline', '-m', '4')).status).toBe(0);
  });

  it('that a ratchet keeps never loosens', async () => {
    const path = join(folder, 'baseline.json');
    const config = write(CONFIG, { baseline: 'baseline.json', policy: { maxIncrease: '1000%' } });
    expect((await audited('--config', config, '--ratchet')).status).toBe(0);
    const errors = (): (number | null)[] =>
      Object.values((read(path) as Baseline).layers).map((own) => own.relativeError);
    let before = errors();
    for (const [layer, factor] of [
      ['dense_3', 0.5],
      ['dense_3', 1.2],
      ['dense_1', 0.7],
      ['dense_2', 1.5],
    ] as const) {
      const model = planted(layer, factor, `${layer}-${factor}`);
      await run([model, ...SMALL, '--config', config, '--ratchet', ...(factor === 0.7 ? ['-n', '8'] : [])]);
      const [after, scale] = [errors(), Math.sqrt((read(path) as Baseline).samples / 32)];
      after.forEach((error, k) => {
        expect((error ?? 0) * scale).toBeLessThanOrEqual((before[k] ?? Infinity) * (1 + 1e-5));
      });
      before = after.map((error) => (error ?? 0) * scale);
    }
    await audited('--config', config, '--ratchet', '--skip-layer', 'dense_1');
    expect(Object.keys((read(path) as Baseline).layers)).toContain('dense_1');
  });

  it('that cannot be read or written is told before anything is computed', async () => {
    expect((await audited('--update-baseline')).stderr).toContain('--update-baseline needs a baseline');
    const missing = await audited('--baseline', join(folder, 'no', 'baseline.json'), '--update-baseline');
    expect(missing).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('FA402') as string });
    const damaged = write('damaged.json', '{"schemaVersion": 1, "kind": "baseline"}');
    expect(await audited('--baseline', damaged)).toMatchObject({ status: 2, stdout: '' });
    // A superuser may write anywhere.
    if (process.getuid?.() === 0) return;
    const path = await make();
    chmodSync(folder, 0o555);
    const closed = await audited('--baseline', path, '--update-baseline').finally(() => chmodSync(folder, 0o755));
    expect(closed).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('FA402') as string });
  });
});

describe('compare', () => {
  const model = (): string => join(folder, 'model');
  const gate = ['--fail-on', 'worse', '-m', '16'];

  it.each(['dense_1', 'dense_2', 'dense_3'])('catches %s scaled by 3, and no copy', async (layer) => {
    for (let seed = 0; seed < 4; seed++) {
      const worse = await compared(model(), planted(layer, 3, `${layer}-${seed}`), ...gate, '--seed', String(seed));
      expect(worse.status).toBe(1);
    }
    const copy = planted(layer, 1, 'copy');
    writeFileSync(join(copy, 'model.json'), `${readFileSync(join(copy, 'model.json'), 'utf8')}\n`);
    const same = await compared(model(), copy, ...gate);
    expect([same.status, same.stdout]).toEqual([0, expect.stringMatching(/3 within noise: pass\n$/)]);
  });

  it('lets copies of a network in other formats pass where the same subset was audited', async () => {
    const [json, keras] = [fixture('mnist-gru/model.json'), fixture('mnist-gru/model.keras')];
    const args = ['-m', '4', '--parameters', '40'];
    for (const seed of ['0', '1', '2']) {
      const { status, stdout } = await compared(json, keras, ...args, '--fail-on', 'worse', '--seed', seed);
      expect([status, stdout]).toEqual([0, expect.stringContaining('within noise')]);
    }
  });

  it('never fails the same network for the luck of subsets in saved reports', async () => {
    const save = async (name: string, file: string, seed: string): Promise<string> => {
      const path = join(folder, file);
      const args = ['-m', '4', '--parameters', '40', '--seed', seed, '--backend', 'cpu'];
      await run([fixture(`mnist-gru/${name}`), ...args, '-r', `json=${path}`]);
      return path;
    };
    const first = await save('model.json', 'a.json', '1');
    const again = await save('model.json', 'b.json', '2');
    const other = await save('model.keras', 'c.json', '3');
    expect((await compared(first, again, '--fail-on', 'worse')).status).toBe(0);
    expect((await compared(first, other, '--fail-on', 'worse')).status).toBe(4);
  });

  it('lists layers that were renamed, reshaped, added, removed or skipped', async () => {
    const base = join(folder, 'base.json');
    await audited('-r', `json=${base}`);
    const report = read(base) as Report;
    const [one, two, three] = report.layers as [
      Report['layers'][number],
      Report['layers'][number],
      Report['layers'][number],
    ];
    const status = async (layers: unknown[], notAudited: unknown[] = []): Promise<string[]> => {
      const head = write('head.json', { ...report, model: { ...report.model, sha256: 'other' }, layers, notAudited });
      const { layers: found } = JSON.parse((await compared(base, head, '--json')).stdout) as Comparison;
      return found.map(({ name, status: own, change }) => `${name} ${own} ${change}`);
    };
    const shaped = { ...two, weights: two.weights.map((weight) => ({ ...weight, shape: [1, 2] })) };
    expect(await status([{ ...one, name: 'constructor' }, shaped, three])).toEqual([
      'constructor renamed within noise',
      'dense_2 reshaped cannot tell',
      'dense_3 both within noise',
    ]);
    expect(await status([one, two, { ...shaped, name: 'new/слой' }])).toEqual([
      'dense_1 both within noise',
      'dense_2 both within noise',
      'new/слой added cannot tell',
      'dense_3 removed cannot tell',
    ]);
    const skipped = [{ name: 'dense_1', type: 'Dense', parameters: 80, reason: 'skipped' }];
    expect(await status([two, three], skipped)).toContain('dense_1 both cannot tell');
    const both = await compared(model(), model(), ...gate, '--skip-layer', 'dense_1');
    expect([both.status, both.stdout]).toEqual([4, expect.stringContaining('dense_1')]);
  });

  it('takes data beside a model, and refuses figures of other data', async () => {
    const report = join(folder, 'report.json');
    await audited('-r', `json=${report}`);
    expect((await compared(report, model(), '-m', '8', '--fail-on', 'worse')).status).toBe(0);
    const other = await compared(report, model(), '-m', '9');
    expect(other).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('another data set') as string,
    });
  });

  it.each([
    ['--max-factor', 'Infinity'],
    ['--max-factor', '1'],
    ['--max-increase', '1e400'],
    ['--max-increase', '0'],
  ])('refuses %s %s, with which nothing or everything would be worse', async (...limit) => {
    const { status, stderr } = await compared(model(), model(), ...limit);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${limit[0]}: got ${limit[1]}`)]);
  });

  it('takes for both the data beside one of them, also where folders are named', async () => {
    const bare = planted('dense_1', 1, 'bare');
    for (const name of readdirSync(bare)) if (name.startsWith('dataset.')) rmSync(join(bare, name));
    for (const sides of [
      [model(), bare],
      [bare, model()],
    ]) {
      const { status, stderr } = await compared(...sides, '-m', '8', '--fail-on', 'worse');
      expect([status, stderr]).toEqual([0, '']);
    }
  });

  it.each([
    ['{"schemaVersion": 1, "kind": "audit"}', 'FA404'],
    ['{"schemaVersion": 1, "kind": "baseline", "layers": 3}', 'FA404'],
    ['{"schemaVersion": 1, "kind": "holiday"}', 'FA404'],
    ['{"schemaVersion": 2, "kind": "audit"}', 'FA404'],
    ['not json', 'FA404'],
    ['{"any": "thing"}', 'FA'],
  ])('refuses %s', async (text, code) => {
    const path = write('saved.json', text);
    for (const args of [
      ['compare', path, model()],
      ['compare', model(), path],
      ['report', path],
    ]) {
      const { status, stdout, stderr } = await run(args);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(code);
      expect(
        stderr
          .trimEnd()
          .split('\n')
          .filter((line) => !line.startsWith('warning')),
      ).toHaveLength(1);
    }
  });

  it.each(['-', 'nowhere.json'])('refuses %s as a file', async (path) => {
    for (const args of [
      ['compare', path, model()],
      ['report', path],
      ['report', folder],
    ]) {
      const { status, stderr } = await run(args);
      expect([status, stderr]).toEqual([2, expect.stringMatching(/^FA\d+ /)]);
    }
  });

  it('is shown again by report, as is an audit', async () => {
    const [audit, comparison] = [join(folder, 'audit.json'), join(folder, 'comparison.json')];
    const first = await audited('--max-error', '1%', '-r', `json=${audit}`, '-r', 'table');
    const second = await compared(
      model(),
      planted('dense_2', 3, 'worse'),
      ...gate,
      '-r',
      `json=${comparison}`,
      '-r',
      'table',
    );
    for (const [path, shown] of [
      [audit, first],
      [comparison, second],
    ] as const) {
      expect(shown.status).toBe(1);
      expect(await run(['report', path])).toMatchObject({ status: 1, stdout: shown.stdout });
    }
    mkdirSync(join(folder, 'empty'));
  });
});
