import { type LayersModel, type SymbolicTensor, input, layers, model, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Shape } from '../../../src/kernels/kernels.js';
import { float32Kernels } from '../../support/backends.js';
import {
  keras3Call,
  keras3Input,
  keras3Layer,
  keras3Model,
  loaded,
  outputs,
  savedModel,
  withWeights,
} from '../../support/models/models.js';
import { Random } from '../../support/random.js';
import { predict, randomise } from '../../support/models/tfjs-models.js';
import { ROWS, apply, dense, expectClose, inputsFor, written, refused } from '../../support/models/small-models.js';

beforeAll(() => float32Kernels('cpu'));

describe('graphs, against what tfjs predicts', () => {
  const inner = (name: string, size = 3): LayersModel =>
    sequential({ name, layers: [dense(size, 'sigmoid', { inputShape: [size] }), dense(size)] });

  const branches = (name?: string): LayersModel => {
    const x = input({ shape: [3] });
    const left = apply(dense(4), x);
    const right = apply(layers.reLU(), apply(dense(4, 'linear'), x));
    const all = apply(layers.concatenate(), apply(layers.add(), left, right), left, x);
    return model({ inputs: x, outputs: apply(dense(3, 'softplus'), all), ...(name && { name }) });
  };

  const graphs: Record<string, { shapes: Shape[]; make: () => LayersModel }> = {
    chain: { shapes: [[3]], make: () => inner('chain') },
    'chain with an input layer': {
      shapes: [[3]],
      make: () => sequential({ layers: [layers.inputLayer({ inputShape: [3] }), dense(2)] }),
    },
    branches: { shapes: [[3]], make: branches },
    'several inputs': {
      shapes: [[3], [2, 2], [3]],
      make() {
        const [a, b, c] = [[3], [2, 2], [3]].map((shape) => input({ shape }));
        const flat = apply(layers.flatten(), b!);
        const all = apply(layers.concatenate(), a!, flat, apply(dense(2), c!));
        return model({ inputs: [a, b, c] as SymbolicTensor[], outputs: apply(dense(2), all) });
      },
    },
    'a chain in a graph': {
      shapes: [[3]],
      make() {
        const x = input({ shape: [3] });
        return model({ inputs: x, outputs: apply(dense(2), apply(inner('inner'), apply(dense(3), x))) });
      },
    },
    'a graph that starts a chain': {
      shapes: [[3]],
      make: () => sequential({ layers: [branches('inner'), dense(2)] }),
    },
    'a chain that starts a chain that starts a chain': {
      shapes: [[3]],
      make: () => sequential({ layers: [sequential({ layers: [inner('innermost'), dense(3)] }), dense(2)] }),
    },
    'two deep': {
      shapes: [[3], [3]],
      make() {
        const [x, y] = [input({ shape: [3] }), input({ shape: [3] })];
        const product = apply(layers.multiply(), apply(inner('innermost'), x), apply(branches('side'), y));
        const middle = model({ inputs: [x, y], outputs: product, name: 'middle' });
        const [a, b] = [input({ shape: [3] }), input({ shape: [3] })];
        return model({ inputs: [a, b], outputs: apply(dense(2), apply(middle, b, apply(dense(3), a))) });
      },
    },
    'a nested model used twice': {
      shapes: [[3], [3]],
      make() {
        const [a, b] = [input({ shape: [3] }), input({ shape: [3] })];
        const twin = branches('twin');
        return model({ inputs: [a, b], outputs: apply(layers.average(), apply(twin, a), apply(twin, b)) });
      },
    },
    'a layer used twice': {
      shapes: [[3]],
      make() {
        const x = input({ shape: [3] });
        const twice = dense(3);
        return model({ inputs: x, outputs: apply(twice, apply(layers.elu(), apply(twice, x))) });
      },
    },
    'a frozen layer used twice': {
      shapes: [[3]],
      make() {
        const x = input({ shape: [3] });
        const twice = dense(3, 'tanh', { trainable: false });
        return model({ inputs: x, outputs: apply(dense(1), apply(twice, apply(twice, x))) });
      },
    },
  };

  it.each(Object.keys(graphs))('%s', async (name) => {
    const { shapes, make } = graphs[name]!;
    const network = make();
    randomise(network, new Random(name));
    const inputs = inputsFor(shapes, name);
    const lowered = await written(await savedModel(network), loaded);
    expectClose(outputs(lowered, inputs), predict(network, shapes, inputs, ROWS));
    const trained = lowered.layers.flatMap(({ weights }) => weights.map((weight) => weight.name));
    expect(trained.sort()).toEqual(network.trainableWeights.map((weight) => weight.originalName).sort());
    const frozen = lowered.layers.reduce((sum, { frozenParameters }) => sum + frozenParameters, 0);
    const wanted = network.nonTrainableWeights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a! * b!, 1)!, 0);
    expect(frozen).toBe(wanted);
  });

  it('layers may have any order, also a long chain in reverse', async () => {
    const names = Array.from({ length: 5000 }, (_, k) => `layer_${k}`);
    const chain = names.map((name, k) =>
      keras3Layer('Rescaling', { name, scale: 1, offset: 1 }, [k === 0 ? 'in' : `layer_${k - 1}`]),
    );
    const config = {
      name: 'long',
      layers: [...chain.reverse(), keras3Input('in', 1)],
      input_layers: ['in', 0, 0],
      output_layers: [names.at(-1), 0, 0],
    };
    const lowered = await written(withWeights(keras3Model('Functional', config), {}), loaded);
    expect([...outputs(lowered, [[0, 10]])]).toEqual([5000, 5010]);
  });
});

describe('graphs that cannot be followed', () => {
  /** Models within one another, each calling the next twice: 2^depth calls. */
  function bomb(depth: number): object {
    let own = keras3Layer('Activation', { name: 'x', activation: 'tanh' });
    for (let level = 0; level < depth; level++) {
      const call = { inbound_nodes: [keras3Call(['in']), again(0)] };
      const config = {
        name: 'x',
        layers: [keras3Input('in', 3), { ...own, name: 'x', ...call }],
        input_layers: ['in', 0, 0],
        output_layers: ['x', 1, 0],
      };
      own = keras3Layer('Functional', config);
    }
    return own;
  }

  const again = (call: number): object => {
    const tensors = { class_name: '__keras_tensor__', config: { keras_history: ['x', call, 0] } };
    return { args: [tensors], kwargs: {} };
  };

  it.each([
    [3, null],
    [30, 'FA206'],
    [60, 'FA200'],
  ] as const)('models nested %i deep, each calling the next twice', async (depth, code) => {
    const { config } = bomb(depth) as { config: object };
    const saved = withWeights(keras3Model('Functional', config), {});
    if (code === null) await written(saved, loaded);
    else expect(await refused(code, saved)).toMatch(/more than/);
  });

  it.each([
    ['a circle', [keras3Layer('Add', { name: 'y' }, ['z', 'in']), keras3Layer('Add', { name: 'z' }, ['y', 'in'])]],
    ['itself', [keras3Layer('Add', { name: 'z' }, ['z', 'in'])]],
    ['nothing', [keras3Layer('Add', { name: 'z' }, ['in', 'nowhere'])]],
    [
      'an input that is none of the model',
      [keras3Input('other', 3), keras3Layer('Add', { name: 'z' }, ['in', 'other'])],
    ],
  ])('a graph that leads to %s is refused', async (_, list) => {
    const config = {
      name: 'm',
      layers: [keras3Input('in', 3), ...list],
      input_layers: ['in', 0, 0],
      output_layers: ['z', 0, 0],
    };
    const saved = withWeights(keras3Model('Functional', config), {});
    expect(await refused('FA202', saved)).toContain("the model's graph is incomplete");
  });

  it.each([
    ['an input layer that is none', { input_layers: ['z', 0, 0] }],
    [
      'an input listed twice',
      {
        input_layers: [
          ['in', 0, 0],
          ['in', 0, 0],
        ],
      },
    ],
    ['no inputs', { input_layers: [] }],
    ['no outputs', { output_layers: [] }],
    ['an output of no layer', { output_layers: ['nowhere', 0, 0] }],
    ['a call that is none', { output_layers: ['z', 7, 0] }],
    ['inputs of no form', { input_layers: 5 }],
  ])('a graph with %s is refused', async (_, more) => {
    const config = {
      name: 'm',
      layers: [keras3Input('in', 3), keras3Layer('Dense', { name: 'z', batch_input_shape: [null, 3] }, ['in'])],
      input_layers: ['in', 0, 0],
      output_layers: ['z', 0, 0],
      ...more,
    };
    (config.layers[1] as { class_name: string }).class_name = 'Identity';
    await refused('FA202', withWeights(keras3Model('Functional', config), {}));
  });

  it('a nested model with too many inputs is refused', async () => {
    const nested = keras3Layer(
      'Sequential',
      { name: 'z', layers: [keras3Input('u', 3), keras3Layer('Identity', { name: 'v' })] },
      ['in', 'in'],
    );
    const config = {
      name: 'm',
      layers: [keras3Input('in', 3), nested],
      input_layers: ['in', 0, 0],
      output_layers: ['z', 0, 0],
    };
    const saved = withWeights(keras3Model('Functional', config), {});
    expect(await refused('FA202', saved)).toContain('z/z takes 1 inputs and is given 2');
  });
});
