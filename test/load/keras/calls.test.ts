import { beforeAll, describe, expect, it } from 'vitest';
import { float32Kernels } from '../../support/backends.js';
import {
  type SavedModel,
  keras3Call,
  keras3Input,
  keras3Layer,
  keras3Model,
  loaded,
  outputs,
  withWeights,
} from '../../support/models/models.js';
import { refused, written } from '../../support/models/small-models.js';

beforeAll(() => float32Kernels('cpu'));

describe('calls of layers', () => {
  const functional = (layer: object, more: object = {}): SavedModel =>
    withWeights(
      keras3Model('Functional', {
        name: 'functional',
        trainable: true,
        layers: [keras3Input('a', 3), keras3Input('b', 3), layer],
        input_layers: [
          ['a', 0, 0],
          ['b', 0, 0],
        ],
        output_layers: ['own', 0, 0],
        ...more,
      }),
      {},
    );

  it('arguments may be lists or named', async () => {
    const own = keras3Layer('Add', { name: 'own' }, ['a', 'b']);
    const byName = { ...own, inbound_nodes: [{ args: [{ y: tensorOf('a'), x: tensorOf('b') }], kwargs: {} }] };
    const wrapped = functional(own, { output_layers: [['own', 0, 0]] });
    for (const saved of [functional(own), functional(byName), wrapped]) {
      const lowered = await written(saved, loaded);
      expect([
        ...outputs(lowered, [
          [1, 2, 3],
          [10, 20, 30],
        ]),
      ]).toEqual([11, 22, 33]);
    }
  });

  const tensorOf = (layer: string): object => (keras3Call([layer]) as { args: [object] }).args[0];

  const called = (inbound: unknown, className = 'Add'): SavedModel =>
    functional({ ...keras3Layer(className, { name: 'own' }, []), inbound_nodes: inbound });

  it.each([
    [
      'training in Keras 2',
      called([
        [
          ['a', 0, 0, { training: true }],
          ['b', 0, 0, {}],
        ],
      ]),
      'called with "training"',
    ],
    ['a number', called([{ args: [tensorOf('a'), 2], kwargs: {} }]), 'not the output of a layer'],
    ['no arguments', called([{ kwargs: { x: tensorOf('a') } }]), 'not the output of a layer'],
    ['kwargs', called([{ args: [[tensorOf('a')]], kwargs: { x: tensorOf('b') } }]), 'called with "x"'],
    [
      'another output',
      called([
        [
          ['a', 0, 1, {}],
          ['b', 0, 0, {}],
        ],
      ]),
      'second output',
    ],
    ['too few inputs', called([keras3Call(['a'])]), 'merges two or more inputs'],
  ])('a layer called with %s is refused', async (_, saved, message) => {
    expect(await refused('FA206', saved)).toContain(message);
  });

  it.each([true, false])('keyword arguments without effect are ignored: training %s', async (training) => {
    const saved = called([keras3Call(['a', 'b'], { training, mask: null })]);
    await written(saved, loaded);
  });

  it.each([
    ['an operation', { module: 'keras.src.ops.numpy', registered_name: 'Add' }, 'own (Add of keras.ops)'],
    ['a class of its own', { module: 'mine', registered_name: 'mine>Add' }, 'own (mine>Add)'],
    ['a class of no module', { module: null, registered_name: 'Add' }, 'own (Add of Add)'],
  ])('%s is not mistaken for the layer of that name', async (_, more, message) => {
    const saved = functional({ ...keras3Layer('Add', { name: 'own' }, ['a', 'b']), ...more });
    expect(await refused('FA201', saved)).toContain(message);
  });
});
