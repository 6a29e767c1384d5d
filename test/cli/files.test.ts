import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { baselineOf } from '../../src/results/baseline.js';
import { ratcheted } from '../../src/findings/compare/ratchet.js';
import { type Comparison, type Report, audit } from '../../src/index.js';
import { fixture, run } from '../support/terminal.js';

let folder = '';
let model = '';
const inside = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(inside(name), 'latin1');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fisher-audit-files-'));
  cpSync(fixture('iris'), folder, { recursive: true });
  model = inside('model.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('files that are read', () => {
  it.each([
    ['the model', () => [model, '-r', `json=${model}`]],
    ['the model in its folder', () => [folder, '-r', `csv=${model}`]],
    ['the data beside it', () => [model, '-r', `csv=${inside('dataset.csv')}`]],
    ['through a link', () => [model, '-r', `csv=${inside('link')}`]],
    ['what an export is of', () => ['export', model, '-o', inside('dataset.npz'), inside('dataset.npz')]],
    ['the base of a comparison', () => ['compare', model, folder, '-r', `json=${model}`]],
    ['a checkpoint', () => ['track', model, folder, '-r', `html=${model}`]],
  ])('are not overwritten: %s', async (_, args) => {
    symlinkSync(inside('dataset.csv'), inside('link'));
    const before = [text('model.json'), text('dataset.csv')];
    const { status, stderr, stdout } = await run(args());
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^FA402 .* is what is read, and would be lost · name another file\n$/);
    expect([text('model.json'), text('dataset.csv')]).toEqual(before);
  });

  it('nor is a saved report by what it is rendered as', async () => {
    await run([model, '-r', `json=${inside('report.json')}`]);
    const { status, stderr } = await run(['report', inside('report.json'), '-r', `html=${inside('report.json')}`]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^FA402 /);
  });
});

describe('files that are written', () => {
  it('are not written twice, but for devices', async () => {
    const twice = await run([model, '-r', `json=${inside('same')}`, '-r', `html=${inside('same')}`]);
    expect(twice.status).toBe(2);
    expect(twice.stderr).toMatch(/^FA402 .*same is written twice/);
    expect(existsSync(inside('same'))).toBe(false);
    expect((await run([model, '-r', 'json=/dev/null', '-r', 'csv=/dev/null'])).status).toBe(0);
  });

  it.runIf(existsSync('/dev/full'))('a full device is one clear error', async () => {
    const { status, stderr } = await run([model, '-o', '/dev/full']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^FA402 \/dev\/full cannot be written: ENOSPC/);
  });
});

describe('the configuration beside a model', () => {
  beforeEach(() => writeFileSync(inside('fisher-audit.config.json'), '{"inputs": 5, "skipLayer": ["dense_2"]}'));

  it('holds for every command that takes its options, and flags count more', async () => {
    const report = JSON.parse((await run([model, '--json'])).stdout) as Report;
    expect(report.data.inputs).toBe(5);
    const comparison = JSON.parse((await run(['compare', model, folder, '--json'])).stdout) as Comparison;
    expect(comparison.data).toEqual({ inputs: 5, sha256: report.data.sha256 });
    const tracked = JSON.parse((await run(['track', model, folder, '--json', '-q'])).stdout) as Report;
    expect(tracked.data.inputs).toBe(5);
    const written = JSON.parse((await run(['export', model, '-o', inside('f.npz'), '--json'])).stdout) as {
      inputs: number;
      notAudited: { name: string }[];
    };
    expect(written).toMatchObject({ inputs: 5, notAudited: [{ name: 'dense_2' }] });
    const inspected = JSON.parse((await run(['inspect', model, '--json'])).stdout) as { cost: { inputs: number } };
    expect(inspected.cost.inputs).toBe(5);
    const more = JSON.parse((await run(['inspect', model, '--json', '-m', '7'])).stdout) as {
      cost: { inputs: number };
    };
    expect(more.cost.inputs).toBe(7);
  });
});

describe('a policy', () => {
  it('that speaks of no layer of the network passes nothing', async () => {
    writeFileSync(inside('fisher-audit.config.json'), '{"policy": {"layers": {"encoder*": {"maxError": 1}}}}');
    const { status, stdout } = await run([model, '-q', '--json']);
    expect(status).toBe(4);
    const { verdict } = JSON.parse(stdout) as Report;
    expect(verdict).toMatchObject({
      passed: false,
      outcome: 'inconclusive',
      checks: [{ rule: 'policy', layer: null }],
    });
  });

  it('that switches a rule off for a skipped layer leaves it open, and never passes', async () => {
    const policy = { maxError: 9, layers: { dense_2: { maxError: false } } };
    writeFileSync(inside('fisher-audit.config.json'), JSON.stringify({ policy }));
    const { status, stdout } = await run([model, '-q', '--skip-layer', 'dense_2', '--json']);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as Report).verdict).toMatchObject({ passed: false, outcome: 'incomplete' });
    const accepted = await run([model, '-q', '--skip-layer', 'dense_2', '--require-coverage', '10%', '--json']);
    expect((JSON.parse(accepted.stdout) as Report).verdict).toMatchObject({ passed: false, outcome: 'incomplete' });
  });
});

describe('a ratchet', () => {
  it('takes lower errors, but not those of a layer whose information moved', async () => {
    const base = baselineOf(await audit({ model, inputs: 32 }));
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
