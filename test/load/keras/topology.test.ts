import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, type SymbolicTensor, input, layers, model, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Shape } from '../../../src/kernels/kernels.js';
import { allInputs } from '../../../src/load/keras/keras-inputs.js';
import { openModel } from '../../../src/load/open-model.js';
import { float32Kernels } from '../../support/backends.js';
import {
  type SavedModel,
  type WeightSpec,
  keras3Call,
  keras3Input,
  keras3Layer,
  keras3Model,
  keras3Single,
  loaded,
  outputs,
  refusalText,
  savedModel,
  withWeights,
  writeSaved,
} from '../../support/models.js';
import { EPSILON_32, distance, largest } from '../../support/numbers.js';
import { Random } from '../../support/random.js';
import { inFolder, predict, randomise } from '../../support/tfjs-models.js';

const ROWS = 4;
/** Rounding of a short float32 computation, relative to its largest output. */
const ROUNDING = 64 * EPSILON_32;

const apply = (layer: layers.Layer, ...inputs: SymbolicTensor[]): SymbolicTensor =>
  layer.apply(inputs.length === 1 ? (inputs[0] as SymbolicTensor) : inputs) as SymbolicTensor;
const dense = (units: number, activation = 'tanh', more: object = {}): layers.Layer =>
  layers.dense({ units, activation: activation as 'tanh', ...more });

function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(wanted.length).toBeGreaterThan(0);
  expect(distance(actual, wanted)).toBeLessThanOrEqual(ROUNDING * largest(wanted));
}

const inputsFor = (shapes: readonly Shape[], seed: string): Float32Array[] => {
  const random = new Random(seed);
  return shapes.map((shape) => random.values([ROWS, ...shape]));
};

beforeAll(() => float32Kernels('cpu'));

/** Writes a saved model, and gives its path to `f`. */
const written = <T>(saved: SavedModel, f: (path: string) => Promise<T>): Promise<T> =>
  inFolder((folder) => f(writeSaved(folder, saved)));

const refused = (code: Parameters<typeof refusalText>[0], saved: SavedModel): Promise<string> =>
  written(saved, (path) => refusalText(code, path));

/** A small model of two layers with kernels, random weights. */
async function smallModel(seed = 'small'): Promise<SavedModel> {
  const network = sequential({
    layers: [dense(4, 'tanh', { inputShape: [3], name: 'first' }), dense(2, 'linear', { name: 'second' })],
  });
  randomise(network, new Random(seed));
  return savedModel(network);
}

describe('files that Keras 3 and the converter wrote', () => {
  const folder = (name: string): string => new URL(`data/${name}`, import.meta.url).pathname;
  const caseOf = (name: string): { inputs: number[][]; outputs: number[] } =>
    JSON.parse(readFileSync(join(folder(name), 'case.json'), 'utf8')) as never;

  it.each(['keras3-sequential', 'keras3-functional'])('%s computes what Keras did', async (name) => {
    const wanted = caseOf(name);
    const lowered = await loaded(folder(name));
    expectClose(outputs(lowered, wanted.inputs), wanted.outputs);
    expect((await openModel(folder(name))).kerasMajor).toBe(3);
  });

  it('names the weights as the manifest does, each of them once, and frozen parameters with their layers', async () => {
    const { layers: found } = await loaded(folder('keras3-functional'));
    const owners = found.flatMap(({ path, weights }) => weights.map(({ name }) => `${path}: ${name}`));
    expect(owners).toEqual([
      'dense: dense/kernel',
      'dense: dense/bias',
      'deep/inner/dense: inner/dense/kernel',
      'deep/inner/dense: inner/dense/bias',
      'deep/side: side/kernel',
      'deep/side: side/bias',
      'p_re_lu: p_re_lu/alpha',
      'dense_3: dense_3/kernel',
      'dense_3: dense_3/bias',
    ]);
  });

  it('takes inputs given by name in the order of the names', async () => {
    const network = await openModel(folder('keras3-functional'));
    expect(allInputs(network)).toEqual([
      { name: 'a', shape: [4] },
      { name: 'b', shape: [3] },
    ]);
  });
});

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
        const flat = apply(layers.flatten(), b as SymbolicTensor);
        const all = apply(layers.concatenate(), a as SymbolicTensor, flat, apply(dense(2), c as SymbolicTensor));
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
    const { shapes, make } = graphs[name] as (typeof graphs)[string];
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

  it('reads layers in any order, also a long chain from its end', async () => {
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

describe('weight files', () => {
  const inputs = inputsFor([[3]], 'weights');
  const run = async (saved: SavedModel): Promise<Float64Array> => outputs(await written(saved, loaded), inputs);

  it.each([1, 3, 7, 16, 50])('are joined when cut into pieces of %i bytes', async (size) => {
    const saved = await smallModel();
    const bytes = saved.files['weights.bin'] as Uint8Array;
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, k) =>
      bytes.subarray(k * size, (k + 1) * size),
    );
    const named = pieces.map((piece, k) => [`parts/group1-shard${k + 1}of${pieces.length}.bin`, piece] as const);
    const [group] = saved.json.weightsManifest;
    const manifest = [{ paths: named.map(([name]) => name), weights: group!.weights }];
    const cut = { json: { ...saved.json, weightsManifest: manifest }, files: Object.fromEntries(named) };
    expect([...(await run(cut))]).toEqual([...(await run(saved))]);
  });

  it('may lie in several groups', async () => {
    const saved = await smallModel();
    const bytes = saved.files['weights.bin'] as Uint8Array;
    let at = 0;
    const files: Record<string, Uint8Array> = {};
    const manifest = saved.json.weightsManifest[0]!.weights.map((spec, k) => {
      const end = at + 4 * spec.shape.reduce((a, b) => a * b, 1);
      files[`${k}.bin`] = bytes.subarray(at, end);
      at = end;
      return { paths: [`${k}.bin`], weights: [spec] };
    });
    const apart = { json: { ...saved.json, weightsManifest: manifest.reverse() }, files };
    expect([...(await run(apart))]).toEqual([...(await run(saved))]);
  });

  it('are found from the path of the folder', async () => {
    const saved = await smallModel();
    await inFolder(async (folder) => {
      writeSaved(folder, saved);
      expect((await openModel(folder)).path).toBe(join(folder, 'model.json'));
      expect([...outputs(await loaded(folder), inputs)]).toEqual([...(await run(saved))]);
    });
  });

  it('may hold the state of an optimizer, which is left out', async () => {
    const saved = structuredClone(await smallModel());
    const [group] = saved.json.weightsManifest;
    group!.weights.push({ name: 'iter', shape: [], dtype: 'int32', group: 'optimizer' });
    saved.files['weights.bin'] = Buffer.concat([saved.files['weights.bin'] as Uint8Array, Buffer.alloc(4)]);
    expect([...(await run(saved))]).toEqual([...(await run(await smallModel()))]);
  });

  const quantizations = {
    uint8: { dtype: 'uint8', scale: 0.011, min: -1.3 },
    uint16: { dtype: 'uint16', scale: 3e-5, min: -0.9 },
    float16: { dtype: 'float16' },
  };

  it.each(Object.keys(quantizations) as (keyof typeof quantizations)[])(
    'quantised to %s are restored as tfjs does',
    async (kind) => {
      const { json } = await smallModel();
      const quantised = (spec: WeightSpec): WeightSpec => ({ ...spec, quantization: quantizations[kind] });
      const specs = json.weightsManifest[0]!.weights.map(quantised);
      const count = specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
      const random = new Random(kind);
      // Halves: any sign, exponents 0 (subnormal) to 15, so that sums stay small.
      const codes = Uint16Array.from({ length: count }, () => random.integer(2 ** 16) & 0xbfff);
      const data = kind === 'uint8' ? Uint8Array.from(codes) : codes;
      const bytes = new Uint8Array(data.buffer);
      const weights = io.decodeWeights(bytes.slice().buffer, specs as io.WeightsManifestEntry[]);
      const lowered = await written(
        {
          json: { ...json, weightsManifest: [{ paths: ['q.bin'], weights: specs }] },
          files: { 'q.bin': bytes },
        },
        loaded,
      );
      for (const { name, values } of lowered.layers.flatMap((layer) => layer.weights)) {
        expect([...values], name).toEqual([...weights[name]!.dataSync()]);
      }
    },
  );

  it.each([
    ['a scale', { dtype: 'uint8', min: 0 }],
    ['a minimum', { dtype: 'uint16', scale: 1 }],
    ['a known type', { dtype: 'int4', scale: 1, min: 0 }],
  ])('quantised without %s are refused', async (_, quantization) => {
    const saved = await smallModel();
    saved.json.weightsManifest[0]!.weights[0]!.quantization = quantization;
    expect(await refused('FA202', saved)).toContain('weightsManifest.0.weights.0.quantization');
  });
});

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
    expect(await refused('FA206', unversioned('hard_sigmoid'))).toContain('no keras_version');
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

  it.each(['sequential/own/kernel', 'own/kernel', 'own/own/kernel:0', 'a/b/own/kernel'])(
    'the weight of a layer may be called %s',
    async (name) => {
      const topology = keras3Single('Dense', { units: 1, activation: 'linear', use_bias: false });
      const lowered = await written(
        withWeights(topology, {
          [name]: [
            [3, 1],
            [1, 10, 100],
          ],
        }),
        loaded,
      );
      expect([...outputs(lowered, [[1, 2, 3]])]).toEqual([321]);
      expect(lowered.layers.flatMap(({ weights }) => weights.map((weight) => weight.name))).toEqual([name]);
    },
  );

  it('weights numbered by the converter are refused with what to do', async () => {
    const topology = keras3Single('Dense', { units: 1, activation: 'linear', use_bias: false });
    const saved = withWeights(topology, {
      'layers/dense/vars/0': [
        [3, 1],
        [1, 2, 3],
      ],
    });
    expect(await refused('FA203', saved)).toContain('model.keras');
  });

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

  it('calls are serialised arguments, in lists or by name', async () => {
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

  it.each([true, false])('kwargs that say nothing are read over: training %s', async (training) => {
    const saved = called([keras3Call(['a', 'b'], { training, mask: null })]);
    await written(saved, loaded);
  });

  it.each([
    ['an operation', { module: 'keras.src.ops.numpy', registered_name: 'Add' }, 'own (Add of keras.src.ops.numpy)'],
    ['a class of its own', { module: 'mine', registered_name: 'mine>Add' }, 'own (mine>Add)'],
    ['a class of no module', { module: null, registered_name: 'Add' }, 'own (Add of Add)'],
  ])('%s is not taken for the layer of that name', async (_, more, message) => {
    const saved = functional({ ...keras3Layer('Add', { name: 'own' }, ['a', 'b']), ...more });
    expect(await refused('FA201', saved)).toContain(message);
  });
});

describe('what cannot be audited', () => {
  it('names all unsupported layers at once, also in nested models and where calls are of unknown form', async () => {
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

  it.each([
    { format: 'graph-model', modelTopology: { node: [] }, weightsManifest: [] },
    { modelTopology: { node: [], library: {} }, weightsManifest: [] },
  ])('a graph-model is refused with what to convert', async (json) => {
    const text = await refused('FA205', { json: json as never, files: {} });
    expect(text).toContain('GraphModel');
    expect(text).toContain('--output_format=tfjs_layers_model');
  });

  it.each(['saved_model.pb', 'net.onnx', 'net.pt', 'weights.bin'])('%s is refused with what to do', async (name) => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, name), 'x');
      expect(await refusalText('FA205', join(folder, name))).toMatch(/ · .{20}/);
    });
  });

  it('several outputs', async () => {
    const x = input({ shape: [3] });
    const network = model({ inputs: x, outputs: [apply(dense(2), x), apply(dense(2), x)] });
    expect(await refused('FA206', await savedModel(network))).toContain('has 2 outputs');
  });

  const largeImage = [400, 400, 1];
  it.each([
    [
      'average pooling',
      layers.averagePooling2d({ poolSize: 100, strides: 1, padding: 'same', inputShape: largeImage }),
    ],
    ['max pooling', layers.maxPooling2d({ poolSize: 100, strides: 1, padding: 'same', inputShape: largeImage })],
    ['a convolution', layers.conv2d({ filters: 1, kernelSize: 100, padding: 'same', inputShape: largeImage })],
    ['one transposed', layers.conv2dTranspose({ filters: 1, kernelSize: 8, strides: 8, inputShape: largeImage })],
    ['padding', layers.zeroPadding2d({ padding: 5000, inputShape: largeImage })],
    [
      'steps of images',
      layers.convLstm2d({ filters: 1, kernelSize: 3, padding: 'same', inputShape: [100, ...largeImage] }),
    ],
  ] as [string, layers.Layer][])('more windows than can be listed, before they are: %s', async (_, layer) => {
    const saved = await savedModel(sequential({ layers: [layer] }));
    const before = performance.now();
    expect(await refused('FA206', saved)).toMatch(
      /\d+ windows of \[[\d,]+\] are too many.* · use a model with smaller inputs/,
    );
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

describe('configurations must be whole', () => {
  /** Every key of a layer's configuration that decides what it computes. */
  const crucial: Record<string, { make: () => layers.Layer; keys: string[] }> = {
    Dense: { make: () => dense(3), keys: ['units', 'activation', 'use_bias', 'trainable', 'name'] },
    Activation: { make: () => layers.activation({ activation: 'tanh' }), keys: ['activation'] },
    BatchNormalization: {
      make: () => layers.batchNormalization(),
      keys: ['axis', 'epsilon', 'scale', 'center', 'trainable'],
    },
    LayerNormalization: { make: () => layers.layerNormalization(), keys: ['axis', 'epsilon', 'scale', 'center'] },
    ReLU: { make: () => layers.reLU({ maxValue: 0.1 }), keys: ['max_value'] },
    LeakyReLU: { make: () => layers.leakyReLU({ alpha: 0.1 }), keys: ['alpha'] },
    ELU: { make: () => layers.elu(), keys: ['alpha'] },
    ThresholdedReLU: { make: () => layers.thresholdedReLU({ theta: 0.1 }), keys: ['theta'] },
    PReLU: { make: () => layers.prelu({ sharedAxes: 1 } as never), keys: ['shared_axes'] },
    Softmax: { make: () => layers.softmax(), keys: ['axis'] },
    Reshape: { make: () => layers.reshape({ targetShape: [3, 1] }), keys: ['target_shape'] },
  };
  const cases = Object.entries(crucial).flatMap(([name, { make, keys }]) => keys.map((key) => ({ name, make, key })));

  it.each(cases)('$name without $key is refused', async ({ name, make, key }) => {
    const saved = await savedModel(sequential({ layers: [layers.inputLayer({ inputShape: [3] }), make()] }));
    const [, own] = saved.json.modelTopology.config.layers;
    expect(own.class_name).toBe(name);
    expect(own.config).toHaveProperty(key);
    await written(saved, loaded);
    own.config[`${key.slice(0, -1)}~`] = own.config[key];
    Reflect.deleteProperty(own.config as object, key);
    await written(saved, async (path) => {
      await expect(loaded(path)).rejects.toMatchObject({ name: 'AuditError' });
    });
  });

  it('weights that no layer takes are named: the layers are not those that were trained', async () => {
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

describe('files that are not to be trusted', () => {
  const secret = Buffer.from(Float32Array.from({ length: 26 }, (_, k) => k).buffer);
  const first = (saved: SavedModel): WeightSpec => saved.json.weightsManifest[0]!.weights[0]!;

  it.each(['../secret.bin', '/etc/passwd', 'a/../../secret.bin', 'link.bin', 'folder/secret.bin', '..', 'a\0b'])(
    'the path %j stays in the folder',
    async (name) => {
      await inFolder(async (outer) => {
        const folder = join(outer, 'model');
        mkdirSync(join(folder, 'a'), { recursive: true });
        writeFileSync(join(outer, 'secret.bin'), secret);
        symlinkSync(join(outer, 'secret.bin'), join(folder, 'link.bin'));
        symlinkSync(outer, join(folder, 'folder'));
        const saved = await smallModel();
        saved.json.weightsManifest[0]!.paths = [name];
        const path = writeSaved(folder, saved);
        if (name === 'a\0b') expect(await refusalText('FA202', path)).toContain('control characters');
        else expect(await refusalText('FA203', path)).toContain("lies outside the model's folder");
      });
    },
  );

  it('a link within the folder is followed', async () => {
    await inFolder(async (folder) => {
      const saved = await smallModel();
      const path = writeSaved(folder, saved);
      symlinkSync(join(folder, 'weights.bin'), join(folder, 'link.bin'));
      saved.json.weightsManifest[0]!.paths = ['link.bin'];
      writeFileSync(path, JSON.stringify(saved.json));
      await loaded(path);
      saved.json.weightsManifest.push({ paths: ['weights.bin'], weights: [] });
      writeFileSync(path, JSON.stringify(saved.json));
      expect(await refusalText('FA203', path)).toContain('names the file "weights.bin" twice');
    });
  });

  const damages: Record<string, [Parameters<typeof refusalText>[0], RegExp, (saved: SavedModel) => void]> = {
    'a missing file': [
      'FA203',
      /"gone.bin" cannot be read · there is no such file/,
      ({ json }) => (json.weightsManifest[0]!.paths = ['gone.bin']),
    ],
    'a folder as weights': ['FA203', /it is a folder/, ({ json }) => (json.weightsManifest[0]!.paths = ['.'])],
    'a file cut short': [
      'FA203',
      /declares 104 bytes of weights, but "weights.bin" holds 103/,
      ({ files }) => (files['weights.bin'] = files['weights.bin']!.subarray(1)),
    ],
    'bytes too many': [
      'FA203',
      /holds 105/,
      ({ files }) => (files['weights.bin'] = Buffer.concat([files['weights.bin']!, Buffer.of(0)])),
    ],
    'sizes beyond memory': ['FA203', /declares/, (saved) => (first(saved).shape = [2 ** 40, 2 ** 40])],
    'sizes beyond numbers': [
      'FA203',
      /declares/,
      (saved) => (first(saved).shape = new Array<number>(16).fill(2 ** 53 - 1)),
    ],
    'negative sizes': ['FA202', /shape/, (saved) => (first(saved).shape = [-3, -4])],
    'broken sizes': ['FA202', /shape/, (saved) => (first(saved).shape = [1.5, 8])],
    'another shape': [
      'FA203',
      /has shape \[4,3\], but layer first needs \[3,4\]/,
      (saved) => (first(saved).shape = [4, 3]),
    ],
    'an unknown type': ['FA202', /dtype/, (saved) => (first(saved).dtype = 'complex64')],
    'a name twice': ['FA203', /"second\/bias" twice/, (saved) => (first(saved).name = 'second/bias')],
    'a name for terminals': ['FA202', /control characters/, (saved) => (first(saved).name = '\u001b[2J')],
    'NaN in weights': [
      'FA204',
      /"first\/kernel" is NaN at position 2/,
      ({ files }) => new DataView(files['weights.bin']!.buffer).setFloat32(8, NaN, true),
    ],
    'Inf in weights': [
      'FA204',
      /is -Infinity/,
      ({ files }) => new DataView(files['weights.bin']!.buffer).setFloat32(8, -Infinity, true),
    ],
    'no manifest': [
      'FA202',
      /weightsManifest/,
      ({ json }) => delete (json as { weightsManifest?: unknown }).weightsManifest,
    ],
    'no topology': ['FA202', /modelTopology/, ({ json }) => (json.modelTopology = null)],
    'no class name': ['FA202', /class_name/, ({ json }) => delete json.modelTopology.class_name],
    'an unknown class': [
      'FA202',
      /class Lambda are not supported/,
      ({ json }) => (json.modelTopology.class_name = 'Lambda'),
    ],
    'an unknown version': ['FA202', /keras_version: "33.1"/, ({ json }) => (json.modelTopology.keras_version = '33.1')],
    'no layers': ['FA202', /layers/, ({ json }) => (json.modelTopology.config.layers = [])],
    'a layer without a name': [
      'FA202',
      /no name/,
      ({ json }) => delete json.modelTopology.config.layers[0].config.name,
    ],
    'a name taken twice': [
      'FA202',
      /two layers are named "second"/,
      ({ json }) => (json.modelTopology.config.layers[0].config.name = 'second'),
    ],
    'no input shape': [
      'FA202',
      /"first_input" has no valid shape/,
      ({ json }) => delete json.modelTopology.config.layers[0].config.batch_input_shape,
    ],
    'an input beyond memory': [
      'FA202',
      /no valid shape · Too big/,
      ({ json }) => (json.modelTopology.config.layers[0].config.batch_input_shape = [null, 2 ** 26, 2 ** 26]),
    ],
    'an input of another size': [
      'FA203',
      /has shape \[3,4\], but layer first needs \[5,4\]/,
      ({ json }) => (json.modelTopology.config.layers[0].config.batch_input_shape = [null, 5]),
    ],
    'inputs of no size': [
      'FA202',
      /no valid shape/,
      ({ json }) => (json.modelTopology.config.layers[0].config.batch_input_shape = []),
    ],
    'a list beyond reason': [
      'FA202',
      /Too big/,
      ({ json }) => (json.weightsManifest[0]!.paths = new Array<string>(1e6).fill('weights.bin')),
    ],
  };

  it.each(Object.keys(damages))('%s', async (name) => {
    const [code, message, damage] = damages[name] as (typeof damages)[string];
    const saved = structuredClone(await smallModel());
    damage(saved);
    expect(await refused(code, saved)).toMatch(message);
  });

  it.each([
    ['', /not valid JSON/],
    ['{"modelTopology": {', /not valid JSON/],
    ['[1, 2, 3]', /not a LayersModel/],
    ['null', /not a LayersModel/],
    ['5', /not a LayersModel/],
    ['"text"', /not a LayersModel/],
    ['{"\u001b[2J', /not valid JSON/],
    [`${'['.repeat(1e5)}${']'.repeat(1e5)}`, /not a LayersModel/],
    ['{"modelTopology": "text", "weightsManifest": []}', /not a LayersModel/],
    ['{"modelTopology": {"model_config": "text"}, "weightsManifest": []}', /not a LayersModel/],
    [Buffer.from([0xff, 0xfe, 0x00]), /not valid JSON/],
  ])('model.json is %.20s', async (contents, message) => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'model.json'), contents);
      const text = await refusalText('FA202', folder);
      expect(text).toMatch(message);
      // eslint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u001f]/);
    });
  });

  it('a folder without a model, and no file at all', async () => {
    await inFolder(async (folder) => {
      expect(await refusalText('FA200', folder)).toContain('the folder has none of model.json');
      expect(await refusalText('FA200', join(folder, 'none.json'))).toContain('no such file');
    });
  });

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
    [60, 'FA202'],
  ] as const)('models nested %i deep that call one another twice', async (depth, code) => {
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
  ])('a graph that leads to %s', async (_, list) => {
    const config = {
      name: 'm',
      layers: [keras3Input('in', 3), ...list],
      input_layers: ['in', 0, 0],
      output_layers: ['z', 0, 0],
    };
    const saved = withWeights(keras3Model('Functional', config), {});
    expect(await refused('FA202', saved)).toContain("the model's graph cannot be followed");
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
  ])('a graph with %s', async (_, more) => {
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

  it('a nested model that is given too many inputs', async () => {
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

  it.each([
    ['"constructor":{"prototype":{"polluted":1}}', null],
    ['"__proto__":{"polluted":1}', 'Invalid key: __proto__'],
  ])('the key %s is a key and nothing else', async (member, message) => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    await inFolder(async (folder) => {
      const saved = await smallModel();
      const path = writeSaved(folder, saved);
      writeFileSync(path, JSON.stringify(saved.json).replace('"config":{"units"', `"config":{${member},"units"`));
      if (message === null) await loaded(path);
      else expect(await refusalText('FA202', path)).toContain(message);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    });
  });
});
