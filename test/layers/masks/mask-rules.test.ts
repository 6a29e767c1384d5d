import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Shape } from '../../src/kernels/kernels.js';
import { openNetwork } from '../../src/workflows/stages/load.js';
import { lowerFor } from '../../src/workflows/stages/lower.js';
import { float32Kernels } from '../support/backends.js';
import { refusalText, writeSaved } from '../support/models/models.js';
import { Experiment } from '../support/programs.js';
import { functional, inFolder, load, makeLayer, save } from '../support/models/tfjs-models.js';
import { keras3Input, keras3Layer, keras3Model, withWeights } from '../support/models/models.js';

type Connect = (inputs: SymbolicTensor[]) => SymbolicTensor;

const apply = (className: string, config: object, value: SymbolicTensor | SymbolicTensor[]): SymbolicTensor =>
  makeLayer(className, config).apply(value) as SymbolicTensor;

const embedding = { inputDim: 3, outputDim: 2, maskZero: true };
const sequence = { units: 2, returnSequences: true };

/** The message of FA206 for a model of tfjs. */
const refused = (shapes: readonly Shape[], connect: Connect): Promise<string> =>
  inFolder(async (folder) => {
    await save(functional(shapes, connect), folder);
    return refusalText('FA206', folder);
  });

/** A sequential model of Keras 3 whose layers have no weights that matter: they are refused before. */
const refusedKeras = (...layers: object[]): Promise<string> =>
  inFolder((folder) => {
    const config = { name: 'sequential', trainable: true, layers: [keras3Input('in', 4), ...layers] };
    const weights = {
      'sequential/look/embeddings': [
        [3, 2],
        [0, 1, 2, 3, 4, 5],
      ],
    } as const;
    return refusalText('FA206', writeSaved(folder, withWeights(keras3Model('Sequential', config), weights)));
  });

const look = keras3Layer('Embedding', { name: 'look', input_dim: 3, output_dim: 2, mask_zero: true });
const recurrent = {
  ...{ units: 1, activation: 'tanh', use_bias: false },
  ...{ return_sequences: false, go_backwards: false, name: 'own', trainable: true },
};

beforeAll(() => float32Kernels('cpu'));

describe('what is refused', () => {
  it('a layer to which tfjs applies the mask of another', async () => {
    const text = await refused([[4]], ([x]) => {
      const encoded = apply('LSTM', { units: 2, name: 'encoder' }, apply('Embedding', embedding, x!));
      return apply('LSTM', { units: 2, name: 'decoder' }, apply('RepeatVector', { n: 3 }, encoded));
    });
    expect(text).toMatch(/^decoder: its input has no mask, but the input of encoder has one · tfjs-layers may apply/);
  });

  it('integers that a layer computes', async () => {
    const text = await refused([[4]], ([x]) =>
      apply('Embedding', { ...embedding, name: 'table' }, apply('Dense', { units: 4 }, x!)),
    );
    expect(text).toContain('table: the model computes the integers that this layer looks up');
  });

  it('an initial state', async () => {
    const text = await refused([[4, 2], [2]], ([x, state]) =>
      apply('SimpleRNN', { units: 2, name: 'own' }, [x!, state!]),
    );
    expect(text).toContain('own: takes one input, but the model gives it 2');
  });

  it('states that are used', async () => {
    const text = await refused([[4, 2]], ([x]) => {
      const outputs = makeLayer('SimpleRNN', { units: 2, returnState: true, name: 'own' }).apply(x!);
      return apply('Activation', { activation: 'tanh' }, (outputs as SymbolicTensor[])[1]!);
    });
    expect(text).toContain('the second output of a layer');
  });

  it('two outputs of a bidirectional layer', async () => {
    const layer = { class_name: 'SimpleRNN', config: recurrent };
    const text = await refusedKeras(look, keras3Layer('Bidirectional', { name: 'both', merge_mode: null, layer }));
    expect(text).toContain('without a merge mode the layer has two outputs, which is not supported');
  });

  it('time in front of the batch', async () => {
    const text = await refusedKeras(look, keras3Layer('SimpleRNN', { ...recurrent, time_major: true }));
    expect(text).toContain('time_major is not supported');
  });

  it('a softmax of a masked sequence', async () => {
    expect(await refusedKeras(look, keras3Layer('Softmax', { name: 'own', axis: -1 }))).toContain(
      'own: masked inputs of this layer',
    );
  });

  it('layers inside others that have no lowering, or that come from elsewhere', async () => {
    const inside = (class_name: string, more: object = {}): Promise<string> => {
      const layer = { class_name, config: { name: 'inner', trainable: true }, ...more };
      return refusedKeras(look, keras3Layer('TimeDistributed', { name: 'own', layer }));
    };
    expect(await inside('Lambda')).toContain(
      'own: it contains a layer of class Lambda, which fisher-audit does not support yet',
    );
    const custom = { module: null, registered_name: 'mine>Dense' };
    expect(await inside('Dense', custom)).toContain('own: it contains a layer of class mine>Dense');
    const cell = { class_name: 'GRUCell', module: 'mine', registered_name: null, config: recurrent };
    expect(await refusedKeras(look, keras3Layer('RNN', { ...recurrent, cell }))).toContain(
      'not a SimpleRNNCell, GRUCell',
    );
  });
});

it('outputs at masked steps are constant', async () => {
  const network = functional([[3]], ([x]) => {
    const encoded = apply('SimpleRNN', sequence, apply('Embedding', embedding, x!));
    return apply('Dense', { units: 2, activation: 'softmax' }, encoded);
  });
  const program = await inFolder(async (folder) => {
    await save(network, folder);
    return lowerFor(await openNetwork(folder), [[3]], 'auto').program;
  });
  const outputs = new Experiment(program, [Float64Array.of(0, 2, 0)], 1).outputs();
  expect(Array.from(outputs, (x) => x === 0)).toEqual([true, true, false, false, true, true]);
});

it('says which integers the inputs hold, also where several tables are used', async () => {
  const network = functional([[3], [2], [4]], ([x, y, z]) => {
    const tables = [5, 3].map((inputDim) => apply('Embedding', { inputDim, outputDim: 2 }, x!));
    const counts = apply('CategoryEncoding', { numTokens: 4, outputMode: 'count' }, y!);
    const flat = tables.map((table) => apply('Flatten', {}, table));
    return apply('Concatenate', {}, [...flat, counts, z!]);
  });
  const lowered = await inFolder(async (folder) => {
    await save(network, folder);
    return load(folder, [[3], [2], [4]]);
  });
  expect([...lowered.vocabularies]).toEqual([
    [0, 3],
    [1, 4],
  ]);
});
