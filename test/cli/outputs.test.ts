import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
    expect(stderr).toMatch(/^FA402 refusing to overwrite the input file .* · name another file\n$/);
    expect([text('model.json'), text('dataset.csv')]).toEqual(before);
  });

  it('include a saved report, which its rendering does not overwrite', async () => {
    await run([model, '-r', `json=${inside('report.json')}`]);
    const { status, stderr } = await run(['report', inside('report.json'), '-r', `html=${inside('report.json')}`]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^FA402 /);
  });
});

describe('files that are written', () => {
  it('are not written twice, apart from devices', async () => {
    const twice = await run([model, '-r', `json=${inside('same')}`, '-r', `html=${inside('same')}`]);
    expect(twice.status).toBe(2);
    expect(twice.stderr).toMatch(/^FA402 two outputs would be written to .*same/);
    expect(existsSync(inside('same'))).toBe(false);
    expect((await run([model, '-r', 'json=/dev/null', '-r', 'csv=/dev/null'])).status).toBe(0);
  });

  it.runIf(existsSync('/dev/full'))('a full device is one clear error', async () => {
    const { status, stderr } = await run([model, '-o', '/dev/full']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^FA402 \/dev\/full cannot be written · the disk is full · free some space/);
  });
});
