import { beforeAll, describe, expect, it } from 'vitest';
import { float32Kernels } from '../../support/backends.js';
import { type SavedModel, keras3Single, loaded, outputs, withWeights } from '../../support/models/models.js';
import { distance } from '../../support/numbers.js';
import { refused, written } from '../../support/models/small-models.js';

beforeAll(() => float32Kernels('cpu'));

describe('spellings of Keras 3', () => {
  const x = [-4, -1, -0.2, 0.3, 0.9, 5];

  const rows = [x];

  const run = async (topology: object): Promise<number[]> => [
    ...outputs(await written(withWeights(topology, {}), loaded), rows),
  ];

  const clip = (value: number): number => Math.min(Math.max(value, 0), 1);

  const expectAll = (actual: readonly number[], wanted: (value: number) => number): void =>
    expect(distance(actual, x.map(wanted))).toBeLessThan(1e-14);

  it.each(['hard_sigmoid', { class_name: 'function', config: 'hard_sigmoid', module: 'builtins' }])(
    'hard_sigmoid (%o) has the slope of its version',
    async (activation) => {
      expectAll(await run(keras3Single('Activation', { activation })), (v) => clip(v / 6 + 0.5));
      expectAll(await run(keras3Single('Activation', { activation }, '2.15.0')), (v) => clip(v / 5 + 0.5));
      expectAll(await run(keras3Single('Activation', { activation }, 'tfjs-layers 4.22.0')), (v) => clip(v / 5 + 0.5));
    },
  );

  it('hard_sigmoid of no version is refused, other functions are not', async () => {
    const unversioned = (activation: string): SavedModel => {
      const topology = keras3Single('Activation', { activation }) as { keras_version?: string };
      delete topology.keras_version;
      return withWeights(topology, {});
    };
    expect(await refused('FA206', unversioned('hard_sigmoid'))).toContain('the file does not name it');
    await written(unversioned('tanh'), loaded);
  });

  it('LeakyReLU has negative_slope', async () =>
    expectAll(await run(keras3Single('LeakyReLU', { negative_slope: 0.15 })), (v) => (v > 0 ? v : 0.15 * v)));

  it('ReLU has a maximum, a slope and a threshold, of which null and 0 mean none', async () => {
    const relu = (config: object): Promise<number[]> =>
      run(keras3Single('ReLU', { max_value: null, negative_slope: 0, threshold: 0, ...config }));
    expectAll(await relu({}), (v) => Math.max(v, 0));
    expectAll(await relu({ max_value: 2 }), (v) => Math.min(Math.max(v, 0), 2));
    expectAll(await relu({ negative_slope: 0.5 }), (v) => (v > 0 ? v : v / 2));
  });

  it.each([[[-1]], [-1], [1]])('Softmax has an axis, or a list of one: %o', async (axis) => {
    const exponentials = x.map(Math.exp);
    const total = (k: number): number => exponentials.slice(k - (k % 3), k - (k % 3) + 3).reduce((a, b) => a + b);
    const result = await run(keras3Single('Softmax', { axis }));
    expect(
      distance(
        result,
        exponentials.map((e, k) => e / total(k)),
      ),
    ).toBeLessThan(1e-14);
  });

  it('silu, leaky_relu and gelu are known', async () => {
    expectAll(await run(keras3Single('Activation', { activation: 'silu' })), (v) => v / (1 + Math.exp(-v)));
    expectAll(await run(keras3Single('Activation', { activation: 'leaky_relu' })), (v) => (v > 0 ? v : 0.2 * v));
  });
});
