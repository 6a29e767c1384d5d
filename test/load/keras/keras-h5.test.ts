import type * as H5wasm from 'h5wasm';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';
import { loaded, openKeras, outputs, refusalText } from '../../support/models/models.js';
import { temporaryFolder } from '../../support/files/data-files.js';
import { hdf5 } from '../../support/models/hdf5-files.js';

const { folder, write } = temporaryFolder();

const text = new TextEncoder();

const layer = (className: string, config: object): object => ({
  class_name: className,
  config: { name: 'own', trainable: true, ...config },
});

const dense = layer('Dense', { units: 2, activation: 'linear', use_bias: true, batch_input_shape: [null, 3] });

const chain = (own: object): object => ({ class_name: 'Sequential', config: { name: 'm', layers: [own] } });

const KERNEL = [1, 2, 3, 4, 5, 6];

interface Parts {
  config?: string | null;
  version?: string;
  names?: string[];
  weights?: (file: H5wasm.File) => void;
}

const kernelAndBias =
  (kernel: readonly number[] = KERNEL, dtype = '<f4') =>
  (file: H5wasm.File): void => {
    const name = 'model_weights/own/own';
    file.create_dataset({ name: `${name}/kernel:0`, data: [...kernel], shape: [3, 2], dtype });
    file.create_dataset({ name: `${name}/bias:0`, data: [0, 0], shape: [2], dtype: '<f4' });
  };

/** A whole model in the manner of Keras 2: one dense layer of three inputs. */
const h5 = ({ config = JSON.stringify(chain(dense)), version = '2.15.0', names, weights }: Parts = {}): Uint8Array =>
  hdf5((file) => {
    if (config !== null) file.create_attribute('model_config', config);
    file.create_attribute('keras_version', version);
    const group = file.create_group('model_weights');
    group.create_attribute('layer_names', ['own']);
    const own = group.create_group('own');
    own.create_group('own');
    own.create_attribute('weight_names', names ?? ['own/kernel:0', 'own/bias:0']);
    (weights ?? kernelAndBias())(file);
  });

const refusedH5 = (code: ErrorCode, bytes: Uint8Array): Promise<string> =>
  refusalText(code, write('hostile.h5', bytes));

describe('damaged and hostile files in .h5', () => {
  it('the undamaged file is read', async () => {
    const lowered = await loaded(write('whole.h5', h5()));
    expect([...outputs(lowered, [[1, 1, 1]])]).toEqual([9, 12]);
    expect(lowered.layers.flatMap(({ weights }) => weights.map(({ name }) => name))).toEqual([
      'own/kernel',
      'own/bias',
    ]);
  });

  const damages: Record<string, [ErrorCode, RegExp, () => Uint8Array]> = {
    nothing: ['FA202', /not an HDF5 file/, () => new Uint8Array(0)],
    'another file': ['FA202', /not an HDF5 file/, () => text.encode('{"modelTopology": {}}')],
    'half of one': ['FA202', /hostile\.h5 is not an HDF5 file, or is damaged · it cannot be opened/, () => half(h5())],
    'weights alone': ['FA205', /does not hold a whole model · .*model\.save/, () => h5({ config: null })],
    'a configuration that is no JSON': ['FA202', /model_config is not valid JSON/, () => h5({ config: '{' })],
    'a configuration that is no model': ['FA202', /model_config: expected an object/, () => h5({ config: '[1]' })],
    'a deep configuration': ['FA202', /model_config/, () => h5({ config: '['.repeat(1e5) + ']'.repeat(1e5) })],
    'a class of its own': [
      'FA205',
      /models of class mine>Sequential are not supported/,
      () => h5({ config: JSON.stringify({ ...chain(dense), registered_name: 'mine>Sequential' }) }),
    ],
    code: [
      'FA201',
      /own \(Lambda\)/,
      () =>
        h5({
          config: JSON.stringify(
            chain(layer('Lambda', { function: ['code', null, null], batch_input_shape: [null, 3] })),
          ),
        }),
    ],
    'an unknown version': [
      'FA205',
      /keras_version: "4\.0" is not a version that fisher-audit supports/,
      () => h5({ version: '4.0' }),
    ],
    'a weight that is not there': ['FA202', /damaged/, () => h5({ names: ['own/kernel:0', 'own/gone:0'] })],
    'a weight listed twice': [
      'FA202',
      /has two weights of one name/,
      () => h5({ names: ['own/bias:0', 'own/bias:0'] }),
    ],
    'a weight too few': ['FA203', /layer own has no weight "bias"/, () => h5({ names: ['own/kernel:0'] })],
    'a group for a weight': ['FA202', /damaged/, () => h5({ names: ['own/kernel:0', 'own'] })],
    'names that a terminal obeys': ['FA202', /control characters/, () => h5({ names: ['own/kernel:0', '\u001b[2J'] })],
    'NaN in weights': [
      'FA204',
      /"own\/kernel" is NaN at position 1/,
      () => h5({ weights: kernelAndBias([1, NaN, 0, 0, 0, 0]) }),
    ],
    integers: ['FA205', /"own\/kernel" is stored as int8/, () => h5({ weights: kernelAndBias(KERNEL, '<b') })],
    'a link to another file': [
      'FA202',
      /damaged/,
      () =>
        h5({
          weights: (file) => {
            kernelAndBias()(file);
            (file.get('model_weights/own/own') as H5wasm.Group).create_external_link('/etc/hosts', '/x', 'outside');
          },
          names: ['own/kernel:0', 'own/outside'],
        }),
    ],
    'zeros in place of numbers': [
      'FA202',
      /declares 1\d{9} numbers, more than 64 times the size of the file/,
      () => h5({ weights: unwritten }),
    ],
    'a bomb': [
      'FA202',
      /declares 8000000 numbers, more than 64 times the size of the file/,
      () => h5({ weights: bomb }),
    ],
  };

  it.each(Object.keys(damages))('%s', async (name) => {
    const [code, message, make] = damages[name]!;
    expect(await refusedH5(code, make())).toMatch(message);
  });

  /** Chunks that were never written need no place in the file. */
  function unwritten(file: H5wasm.File): void {
    kernelAndBias()(file);
    const name = 'model_weights/own/own/wide';
    file.create_dataset({ name, data: [0], shape: [1], maxshape: [null], chunks: [1024], dtype: '<f4' });
    (file.get(name) as H5wasm.Dataset).resize([1e9]);
    (file.get('model_weights/own') as H5wasm.Group).delete_attribute('weight_names');
    (file.get('model_weights/own') as H5wasm.Group).create_attribute('weight_names', ['own/wide']);
  }

  function bomb(file: H5wasm.File): void {
    kernelAndBias()(file);
    const shape = [8_000_000];
    const data = new Float32Array(shape[0]!);
    const name = 'model_weights/own/own/wide';
    file.create_dataset({ name, data, shape, chunks: [1_000_000], compression: 'gzip', compression_opts: 9 });
    (file.get('model_weights/own') as H5wasm.Group).delete_attribute('weight_names');
    (file.get('model_weights/own') as H5wasm.Group).create_attribute('weight_names', ['own/wide']);
  }

  it('compressed and 64-bit numbers are read', async () => {
    const weights = (file: H5wasm.File): void => {
      const [kernel, bias] = ['kernel:0', 'bias:0'].map((name) => `model_weights/own/own/${name}`);
      file.create_dataset({ name: kernel!, data: KERNEL, shape: [3, 2], dtype: '<f4' });
      file.create_dataset({ name: bias!, data: [7, 8], shape: [2], dtype: '<d', chunks: [2], compression: 'gzip' });
    };
    const lowered = await loaded(write('packed.h5', h5({ weights })));
    expect([...outputs(lowered, [[1, 1, 1]])]).toEqual([16, 20]);
    const { weights: read } = await openKeras(join(folder, 'packed.h5'));
    expect(read.get('own/bias')?.values).toEqual(Float64Array.of(7, 8));
  });
});

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length / 2);
