import { describe, expect, it } from 'vitest';
import { fixture, run } from '../../support/terminal.js';

describe('inspect', () => {
  it.each(['mnist-lenet-relu', 'mnist-lenet-tanh', 'mnist-resnet', 'mnist-gru'])(
    '%s: an audit of 64 inputs takes every parameter by default',
    async (name) => {
      const { stdout } = await run(['inspect', fixture(name), '--inputs', '64', '--json']);
      expect((JSON.parse(stdout) as { coverage: number }).coverage).toBe(1);
    },
  );

  it('shows estimators, coverage and cost, and reads no data', async () => {
    const { stdout, status } = await run(['inspect', fixture('mnist-relu'), '--json']);
    expect(status).toBe(0);
    const inspection = JSON.parse(stdout) as { coverage: number; layers: object[]; cost: { flopsPerInput: number } };
    expect(inspection.coverage).toBe(1);
    expect(inspection.layers[0]).toMatchObject({ applicability: 'kinked', parameters: 100480, audited: 100480 });
    expect(inspection.cost.flopsPerInput).toBeGreaterThan(1e5);
    const text = await run(['inspect', fixture('mnist-relu')]);
    expect(text.stdout).toContain('Î₁ only: dense_2 (relu)');
  });

  it('refuses to skip a layer that the model does not have', async () => {
    const { stderr, status } = await run(['inspect', fixture('mnist-relu'), '--skip-layer', 'typo']);
    expect(status).toBe(2);
    expect(stderr).toContain('FA401 --skip-layer: the model has no layer "typo"');
  });
});

it.each([
  ['--memory', '64MB', '1GiB'],
  ['--batch-size', '1', '64'],
  ['--precision', 'float32', 'float64'],
])('inspect accepts %s: the plan with %s differs from the plan with %s', async (flag, one, other) => {
  const costWith = async (value: string): Promise<object> => {
    const { stdout } = await run(['inspect', fixture('mnist-lenet-tanh'), '--inputs', '64', '--json', flag, value]);
    const { backend, bytes } = (JSON.parse(stdout) as { cost: { backend: string; bytes: number } }).cost;
    return { backend, bytes };
  };
  expect(await costWith(one)).not.toEqual(await costWith(other));
});
