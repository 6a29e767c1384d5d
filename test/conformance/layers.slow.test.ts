import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuditError } from '../../src/errors.js';
import { type Shape, sizeOf } from '../../src/kernels/kernels.js';
import { layers } from '../../src/layers/index.js';
import type { Layer, LayerExample } from '../../src/layers/layer.js';
import { float32Kernels } from '../support/backends.js';
import { ROWS, checkNetwork, experimentOf } from '../support/models/networks.js';
import { Random } from '../support/random.js';
import {
  functional,
  inFolder,
  load,
  makeLayer,
  predict,
  save,
  tfjsLayer,
  writeModel,
} from '../support/models/tfjs-models.js';

type LayerName = keyof typeof layers;
const names = Object.keys(layers) as LayerName[];
const examplesOf = (name: LayerName): readonly LayerExample[] => (layers[name] as Layer).examples;

/**
 * The layer by itself; between others with weights and bends, through which its own derivatives must pass; and in a
 * sequence that is masked, with a layer behind it that shows what became of the mask.
 */
const settings = {
  alone: (name: LayerName, { config, inputs }: LayerExample) =>
    functional(inputs, (given) => connect(name, config, given)),
  between: (name: LayerName, { config, inputs, integers = false }: LayerExample) =>
    functional(inputs, (given) => {
      const scaled = given.map((one) => before(one, integers).apply(one) as SymbolicTensor);
      return makeLayer('Activation', { activation: 'tanh' }).apply(connect(name, config, scaled)) as SymbolicTensor;
    }),
  masked: (name: LayerName, { config, inputs: [shape = []] }: LayerExample) =>
    functional([shape.slice(0, 1)], ([indices]) => {
      const embedding = { inputDim: 3, outputDim: shape[1], maskZero: true };
      const given = makeLayer('Embedding', embedding).apply(indices!) as SymbolicTensor;
      const found = connect(name, config, [given]);
      return found.shape.length === 3 && carries(name)
        ? (makeLayer('SimpleRNN', { units: 2 }).apply(found) as SymbolicTensor)
        : found;
    }),
} satisfies Record<string, (name: LayerName, example: LayerExample) => LayersModel>;

/**
 * A layer with weights that any value can pass, but for integers; tfjs has no normalisation of three spatial axes.
 */
function before({ shape }: SymbolicTensor, integers: boolean): ReturnType<typeof makeLayer> {
  if (integers) return makeLayer('Reshape', { targetShape: shape.slice(1) });
  return shape.length < 5
    ? makeLayer('BatchNormalization', {})
    : makeLayer('Conv3D', { filters: shape.at(-1)!, kernelSize: 1 });
}

/** Whether the mask goes on to what comes out; tfjs does not drop it even where it should. */
const carries = (name: LayerName): boolean => (layers[name] as Layer).mask !== undefined;

const connect = (name: LayerName, config: object, inputs: SymbolicTensor[]): SymbolicTensor =>
  makeLayer(name, config).apply(inputs.length === 1 ? inputs[0]! : inputs) as SymbolicTensor;

/** The settings that an example can be put in. */
const settingsOf = ({ inputs, integers = false }: LayerExample): (keyof typeof settings)[] => {
  const isSequence = inputs.length === 1 && inputs[0]?.length === 2;
  return ['alone', 'between', ...(isSequence && !integers ? (['masked'] as const) : [])];
};

/** Some layers of tfjs cannot compute with masks, and only show it when they should. */
function isComputed(network: LayersModel, shapes: readonly Shape[]): boolean {
  try {
    const zeros = shapes.map((shape) => new Float32Array(ROWS * sizeOf(shape)));
    return predict(network, shapes, zeros, ROWS).length > 0;
  } catch {
    return false;
  }
}

async function saveAndLoad(network: LayersModel, folder: string, shapes: readonly Shape[]): Promise<void> {
  await save(network, folder);
  await load(folder, shapes);
}

const known = names.filter((name) => tfjsLayer(name) !== null);

describe('layers that tfjs knows', () => {
  beforeAll(() => float32Kernels('cpu'));

  const cases = known.flatMap((name) =>
    examplesOf(name).flatMap((example) =>
      settingsOf(example).map((setting) => ({
        name,
        example,
        setting,
        make: settings[setting],
        title: titleOf(name, example),
      })),
    ),
  );

  it.each(known)('%s has two examples or more', (name) => expect(examplesOf(name).length).toBeGreaterThanOrEqual(2));

  it.each(cases)('$title, $setting', async ({ name, example, make, title, setting }) => {
    const { inputs } = example;
    const shapes = setting === 'masked' ? inputs.map((shape) => shape.slice(0, 1)) : inputs;
    const network = make(name, example);
    if (setting !== 'masked' || isComputed(network, shapes))
      await checkNetwork(network, shapes, new Random(title + setting));
    else await expect(inFolder((folder) => saveAndLoad(network, folder, shapes))).rejects.toThrow(AuditError);
  });
});

function titleOf(name: LayerName, { config, inputs }: LayerExample): string {
  return `${name} ${JSON.stringify(config)} ${inputs.map((shape) => `[${shape}]`).join(' ')}`;
}

interface Expectation {
  readonly config: object;
  readonly inputs: readonly Shape[];
  /** One element of the result from those of the inputs. */
  readonly of: (...elements: number[]) => number;
}

const nothing = (config: object, shapes: readonly Shape[]): Expectation[] =>
  shapes.map((shape) => ({ config, inputs: [shape], of: (x) => x }));

/** What layers compute that tfjs does not know; all of them work element by element. */
const expectations: Partial<Record<LayerName, Expectation[]>> = {
  ActivityRegularization: nothing({ l1: 0.1, l2: 0 }, [[5], [2, 3]]),
  Identity: nothing({}, [[5], [2, 3]]),
  Normalization: [
    { config: { axis: [-1], mean: [0.5], variance: 4, invert: false }, inputs: [[1]], of: (x) => (x - 0.5) / 2 },
    { config: { axis: null, mean: 0.5, variance: 4 }, inputs: [[2, 3]], of: (x) => (x - 0.5) / 2 },
    { config: { axis: 2, mean: -1, variance: 0.25, invert: true }, inputs: [[2, 3]], of: (x) => x / 2 - 1 },
  ],
  RandomBrightness: nothing({ factor: [-0.2, 0.2] }, [[2, 3, 1]]),
  RandomContrast: nothing({ factor: [0.2, 0.2] }, [[2, 3, 1]]),
  RandomFlip: nothing({ mode: 'horizontal' }, [[2, 3, 1]]),
  RandomRotation: nothing({ factor: [-0.2, 0.2] }, [[2, 3, 1]]),
  RandomTranslation: nothing({ height_factor: 0.2, width_factor: 0.2 }, [[2, 3, 1]]),
  RandomZoom: nothing({ height_factor: 0.2, width_factor: null }, [[2, 3, 1]]),
  SpatialDropout2D: nothing({ rate: 0.5, data_format: 'channels_last' }, [[2, 2, 3]]),
  SpatialDropout3D: nothing({ rate: 0.5, data_format: 'channels_last' }, [[2, 1, 2, 3]]),
  Subtract: [
    { config: {}, inputs: [[4], [4]], of: (x, y) => x - y },
    {
      config: {},
      inputs: [
        [2, 3],
        [2, 3],
      ],
      of: (x, y) => x - y,
    },
  ],
};

/** A functional model as Keras writes it: inputs, and one layer of them all. */
function kerasModel(className: string, config: object, inputs: readonly Shape[]): object {
  const inputNames = inputs.map((_, k) => `input_${k}`);
  const inputLayers = inputs.map((shape, k) => ({
    class_name: 'InputLayer',
    name: `input_${k}`,
    config: { batch_input_shape: [null, ...shape], dtype: 'float32', name: `input_${k}` },
    inbound_nodes: [],
  }));
  const own = {
    class_name: className,
    name: 'own',
    config: { name: 'own', trainable: true, dtype: 'float32', ...config },
    inbound_nodes: [inputNames.map((name) => [name, 0, 0, {}])],
  };
  return {
    class_name: 'Functional',
    config: {
      name: 'model',
      layers: [...inputLayers, own],
      input_layers: inputNames.map((name) => [name, 0, 0]),
      output_layers: [['own', 0, 0]],
    },
  };
}

describe('layers that tfjs does not know', () => {
  const unknown = names.filter((name) => tfjsLayer(name) === null);

  it('all have an expected value here', () => expect(Object.keys(expectations).sort()).toEqual([...unknown].sort()));

  const cases = Object.entries(expectations).flatMap(([name, list]) => list.map((one) => ({ name, ...one })));

  it.each(cases)('$name $inputs', async ({ name, config, inputs: shapes, of }) => {
    const random = new Random(name);
    const inputs = shapes.map((shape) => random.values([ROWS, ...shape]));
    const experiment = await inFolder(async (folder) => {
      const modelTopology = { model_config: kerasModel(name, config, shapes), keras_version: '2.11.0' };
      writeModel(folder, {
        format: 'layers-model',
        modelTopology,
        weightsManifest: [{ paths: ['w.bin'], weights: [] }],
      });
      writeFileSync(join(folder, 'w.bin'), '');
      return experimentOf(await load(folder, shapes), inputs);
    });
    const [first] = inputs as [Float32Array];
    const wanted = Array.from(first, (_, k) => of(...inputs.map((values) => values[k]!)));
    expect(Array.from(experiment.outputs())).toEqual(wanted);
  });
});
