import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../src/results/comparison.js';
import type { Report } from '../../../src/results/report.js';
import { compared, readJson, irisFolder } from '../../support/models/iris-folder.js';
import { run } from '../../support/terminal.js';

const { audited, inside, planted, write } = irisFolder();

describe('compare', () => {
  const model = (): string => inside('model');

  const gate = ['--fail-on', 'worse', '-m', '16'];

  it.each(['dense_1', 'dense_2', 'dense_3'])('finds %s scaled by 3, and passes a copy', async (layer) => {
    for (let seed = 0; seed < 4; seed++) {
      const worse = await compared(model(), planted(layer, 3, `${layer}-${seed}`), ...gate, '--seed', String(seed));
      expect(worse.status).toBe(1);
    }
    const copy = planted(layer, 1, 'copy');
    writeFileSync(join(copy, 'model.json'), `${readFileSync(join(copy, 'model.json'), 'utf8')}\n`);
    const same = await compared(model(), copy, ...gate);
    expect([same.status, same.stdout]).toEqual([0, expect.stringMatching(/3 within noise: pass\n$/)]);
  });

  it('lists layers that were renamed, reshaped, added, removed or skipped', async () => {
    const base = inside('base.json');
    await audited('-r', `json=${base}`);
    const report = readJson(base) as Report;
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

  it('reads data beside a model, and refuses figures of other data', async () => {
    const report = inside('report.json');
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
  ])('refuses %s %s, because nothing or everything would be worse', async (...limit) => {
    const { status, stderr } = await compared(model(), model(), ...limit);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${limit[0]}: got ${limit[1]}`)]);
  });

  it('reads the data beside one model for both, also if folders are named', async () => {
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
      ['report', inside()],
    ]) {
      const { status, stderr } = await run(args);
      expect([status, stderr]).toEqual([2, expect.stringMatching(/^FA\d+ /)]);
    }
  });

  it('is rendered again by the command report, as an audit is', async () => {
    const [audit, comparison] = [inside('audit.json'), inside('comparison.json')];
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
    mkdirSync(inside('empty'));
  });
});
