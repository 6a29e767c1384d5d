import { writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/results/comparison.js';
import type { Report } from '../../src/results/report.js';
import { CONFIG, irisFolder } from '../support/models/iris-folder.js';
import { run } from '../support/terminal.js';

const { audited, inside, write } = irisFolder();

const failing = { policy: { maxError: '1%' } };

describe('the configuration', () => {
  it('is found in a parent folder of the model, is checked, and reports where a limit was set', async () => {
    write(CONFIG, failing);
    const { status, stdout } = await audited('--json');
    expect(status).toBe(1);
    const { verdict } = JSON.parse(stdout) as Report;
    expect(verdict.failures[0]?.source).toMatchObject({ line: 3 });
    expect(verdict.failures[0]?.source.setting).toContain(`${CONFIG} › maxError`);
    // The nearest one counts.
    writeFileSync(inside('model', CONFIG), '{}');
    expect((await audited()).status).toBe(0);
    expect((await audited('--config', inside(CONFIG))).status).toBe(1);
  });

  it('sets options, which flags override', async () => {
    write(CONFIG, { $schema: './schema.json', inputs: 4, samples: '8,16', target: '20%' });
    const fromFile = JSON.parse((await run([inside('model'), '--backend', 'cpu', '--json'])).stdout) as Report;
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
    ['{"kinks": "strikt"}', 'kinks (line 1): expected one of: strict, almost-everywhere'],
    ['{"policy": {"maxError": {}}}', 'policy › maxError (line 1): expected a number > 0, a percentage'],
    ['{"policy": {"maxVarianceRatio": {}}}', 'policy › maxVarianceRatio (line 1): expected a number > 0, or one for'],
    ['{"policy": {"layers": {"": {"maxError": 1}}}}', 'with * and ? only'],
    [`{"policy": {"layers": {"${'*('.repeat(30_000)}": {"maxError": 1}}}}`, 'FA403'],
    [
      '{"policy": {"layers": {"a": {"requireEstimator": "x"}}}}',
      'requireEstimator (line 1): expected false, or gradient or hessian',
    ],
    ['{"policy": {"layers": {"a": {"maxFisher": "x"}}}}', 'maxFisher (line 1): expected false, or a number ≥ 0'],
    ['{"parameters": 0}', 'parameters (line 1): expected an integer ≥ 1, all, or auto'],
    ['[]', 'expected an object, got a list'],
    ['null', 'expected an object, got null'],
    ['{"policy": }', 'is not valid JSON'],
    ['', 'is not valid JSON'],
    ['{"constructor": 1}', 'unknown key constructor'],
    ['{"policy": {"layers": {"a": {"requireData": true}}}}', 'unknown key policy › layers › a › requireData'],
    ['{"a": '.repeat(100_000) + '1' + '}'.repeat(100_000), 'FA403'],
    [`{"samples": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'FA403'],
  ])('%.60s is refused in one line', async (text, message) => {
    write(CONFIG, text);
    const { status, stdout, stderr } = await audited();
    expect(stderr).toContain('FA403');
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('Invalid input');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect([status, stdout]).toEqual([2, '']);
  });

  it('treats keys like __proto__ as any other key', async () => {
    write(CONFIG, '{"policy": {"layers": {"__proto__": {"maxError": "1%"}, "constructor": {"maxError": "1%"}}}}');
    const { status, stderr } = await audited();
    expect(({} as Record<string, unknown>).maxError).toBeUndefined();
    expect([2, 4]).toContain(status);
    expect(stderr).toMatch(/warning: The policy names constructor|FA403/);
  });

  it('reports the line of the key itself, not of another key of that name', async () => {
    const text = '{"policy": {"layers": {"dense_1": {"maxError": 0.001}},\n"maxIncrease": "1%", "maxError": 0.001}}';
    write(CONFIG, text.replace('"layers"', '\n"layers"'));
    const { verdict } = JSON.parse((await audited('--json')).stdout) as Report;
    const lines = verdict.checks.filter(({ rule }) => rule === 'maxError').map(({ source }) => source.line);
    expect(lines).toEqual([2, 3, 3]);
  });

  it('warns about globs that match no layer, and refuses a missing file', async () => {
    write(CONFIG, { policy: { layers: { 'conv*': { maxError: 1 } } } });
    expect((await audited()).stderr).toContain('The policy names conv*, which matches no layer.');
    expect(await audited('--config', inside('none.json'))).toMatchObject({ status: 2 });
  });
});

describe('the configuration beside a model', () => {
  let model = '';
  beforeEach(() => {
    model = inside('model', 'model.json');
    writeFileSync(inside('model', CONFIG), '{"inputs": 5, "skipLayer": ["dense_2"]}');
  });

  it('applies to every command with its options, and flags override it', async () => {
    const report = JSON.parse((await run([model, '--json'])).stdout) as Report;
    expect(report.data.inputs).toBe(5);
    const comparison = JSON.parse((await run(['compare', model, inside('model'), '--json'])).stdout) as Comparison;
    expect(comparison.data).toEqual({ inputs: 5, sha256: report.data.sha256 });
    const tracked = JSON.parse((await run(['track', model, inside('model'), '--json', '-q'])).stdout) as Report;
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
