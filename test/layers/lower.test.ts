import { input, model } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { float32Kernels } from '../support/backends.js';
import {
  keras3Call,
  keras3Input,
  keras3Layer,
  keras3Model,
  savedModel,
  withWeights,
} from '../support/models/models.js';
import { apply, dense, refused, smallModel } from '../support/models/small-models.js';

beforeAll(() => float32Kernels('cpu'));

describe('what cannot be audited', () => {
  it('unsupported layers are all named at once, also in nested models and with calls of unknown form', async () => {
    const nested = keras3Layer('Sequential', {
      name: 'nested',
      layers: [keras3Layer('Lambda', { name: 'code', function: { class_name: '__lambda__', config: { code: '' } } })],
    });
    const odd = { ...keras3Layer('TFOpLambda', { name: 'op' }), inbound_nodes: [['in', 0, 0, { y: 2 }]] };
    const config = {
      name: 'm',
      layers: [
        keras3Input('in', 3),
        { ...odd, name: 'op' },
        { ...nested, inbound_nodes: [keras3Call(['op'])] },
        keras3Layer('__proto__', { name: 'first' }, ['nested']),
        keras3Layer('constructor', { name: 'second' }, ['first']),
        keras3Layer('Dense', { name: 'dense', units: 'many' }, ['second']),
      ],
      input_layers: [['in', 0, 0]],
      output_layers: [['dense', 0, 0]],
    };
    expect(await refused('FA201', withWeights(keras3Model('Functional', config), {}))).toMatch(
      /4 layers cannot be audited: op \(TFOpLambda\), nested\/code \(Lambda\), first \(__proto__\), second \(constructor\) ·/,
    );
  });

  it('a model with several outputs is refused', async () => {
    const x = input({ shape: [3] });
    const network = model({ inputs: x, outputs: [apply(dense(2), x), apply(dense(2), x)] });
    expect(await refused('FA206', await savedModel(network))).toContain('has 2 outputs');
  });
});

describe('weights and layers belong together', () => {
  it('weights of no layer are named in the error', async () => {
    const saved = await smallModel();
    saved.json.modelTopology.config.layers[1].config.use_bias = false;
    expect(await refused('FA203', saved)).toContain('1 weights belong to no layer: second/bias');
  });

  it('a weight belongs to one layer', async () => {
    const saved = await smallModel();
    const specs = saved.json.weightsManifest[0]!.weights;
    specs.find(({ name }) => name === 'first/bias')!.name = 'third/bias';
    expect(await refused('FA203', saved)).toContain('layer first has no weight "bias"');
    for (const spec of specs) spec.name = spec.name.replace(/^(first|third)/, 'm/second');
    expect(await refused('FA203', saved)).toContain('layer first has no weight "kernel"');
  });
});
