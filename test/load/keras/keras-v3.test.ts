import type * as H5wasm from 'h5wasm';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';
import { readHdf5 } from '../../../src/load/containers/hdf5/file.js';
import { startLibrary } from '../../../src/load/containers/hdf5/library.js';
import { readZip } from '../../../src/load/bytes/zip.js';
import { openModel } from '../../../src/load/open-model.js';
import { kerasFile } from '../../support/keras-files.js';
import { loaded, outputs, refusalText } from '../../support/models.js';
import { temporaryFolder, zipBytes } from '../../support/data-files.js';

const { folder, write } = temporaryFolder();

let h5wasm: typeof H5wasm;

/** What writes the files of these tests prints what it comes across, with the console that it finds. */
beforeAll(async () => {
  const { log, error } = console;
  console.log = console.error = () => undefined;
  h5wasm = await import('h5wasm');
  await h5wasm.ready;
  Object.assign(console, { log, error });
});

const text = new TextEncoder();

/** An HDF5 file that `fill` fills. */
function hdf5(fill: (file: H5wasm.File) => void, start?: Uint8Array): Uint8Array {
  const { FS } = h5wasm;
  if (!FS) throw new Error('h5wasm is not ready');
  if (start) FS.writeFile('made.h5', start);
  const file = new h5wasm.File('made.h5', start ? 'a' : 'w');
  fill(file);
  file.close();
  const bytes = Uint8Array.from(FS.readFile('made.h5'));
  FS.unlink('made.h5');
  return bytes;
}

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

describe('files in .h5 that are not what they should be', () => {
  it('the whole one is read', async () => {
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
    'a configuration that is no model': ['FA202', /model_config: Invalid input/, () => h5({ config: '[1]' })],
    'a deep configuration': ['FA202', /model_config/, () => h5({ config: '['.repeat(1e5) + ']'.repeat(1e5) })],
    'a class of its own': [
      'FA202',
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
    'an unknown version': ['FA202', /keras_version: "4\.0" is not a known version/, () => h5({ version: '4.0' })],
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
      /declares 1\d{9} numbers, more than the file can hold/,
      () => h5({ weights: unwritten }),
    ],
    'a bomb': ['FA202', /declares 8000000 numbers, more than the file can hold/, () => h5({ weights: bomb })],
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

  it('compressed numbers, and numbers of 64 bits', async () => {
    const weights = (file: H5wasm.File): void => {
      const [kernel, bias] = ['kernel:0', 'bias:0'].map((name) => `model_weights/own/own/${name}`);
      file.create_dataset({ name: kernel!, data: KERNEL, shape: [3, 2], dtype: '<f4' });
      file.create_dataset({ name: bias!, data: [7, 8], shape: [2], dtype: '<d', chunks: [2], compression: 'gzip' });
    };
    const lowered = await loaded(write('packed.h5', h5({ weights })));
    expect([...outputs(lowered, [[1, 1, 1]])]).toEqual([16, 20]);
    const { weights: read } = await openModel(join(folder, 'packed.h5'));
    expect(read.get('own/bias')?.values).toEqual(Float64Array.of(7, 8));
  });

  it('a file that leads in a circle ends with its time', async () => {
    const library = await startLibrary();
    expect(typeof library.open).toBe('function');
    const turn = readHdf5('round.h5', h5(), () => {
      for (;;) if (Date.now() < 0) return;
    });
    await expect(turn).rejects.toThrow('FA202 round.h5 is not an HDF5 file, or is damaged · reading it does not end');
  });
});

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length / 2);

/** Members of a .keras file that Keras wrote. */
async function members(name: string): Promise<Record<string, Uint8Array>> {
  const found: Record<string, Uint8Array> = {};
  for (const [member, source] of await readZip(kerasFile(folder, name, 'keras'))) {
    const parts: Uint8Array[] = [];
    for await (const part of source.stream()) parts.push(part);
    found[member] = Buffer.concat(parts);
  }
  return found;
}

const entries = (own: Readonly<Record<string, Uint8Array>>): { name: string; contents: Uint8Array }[] =>
  Object.entries(own).map(([name, contents]) => ({ name, contents }));

const zipped = (own: Readonly<Record<string, Uint8Array>>): Buffer =>
  zipBytes(Object.entries(own).map(([name, contents]) => ({ name, contents, stored: true })));

describe('files in .keras that are not what they should be', () => {
  type Members = Record<string, Uint8Array>;
  const CONFIG = 'config.json';
  const WEIGHTS = 'model.weights.h5';

  const refused = (code: ErrorCode, bytes: Uint8Array): Promise<string> =>
    refusalText(code, write('hostile.keras', bytes));
  const changed = (own: Members, from: string | RegExp, to: string): Members => ({
    ...own,
    [CONFIG]: text.encode(Buffer.from(own[CONFIG]!).toString().replace(from, to)),
  });
  const moved = (own: Members, change: (file: H5wasm.File) => void): Members => ({
    ...own,
    [WEIGHTS]: hdf5(change, own[WEIGHTS]),
  });

  it('the whole one is read', async () => {
    await loaded(write('whole.keras', zipped(await members('keras3-sequential'))));
  });

  const damages: Record<string, [ErrorCode, RegExp, (own: Members) => Uint8Array]> = {
    nothing: ['FA202', /hostile\.keras is damaged/, () => new Uint8Array(0)],
    'half of one': ['FA202', /hostile\.keras is damaged/, (own) => half(zipped(own))],
    'no configuration': ['FA202', /has no config\.json/, ({ [CONFIG]: _, ...own }) => zipped(own)],
    'no version': ['FA202', /has no metadata\.json/, ({ 'metadata.json': _, ...own }) => zipped(own)],
    'no weights': ['FA202', /has no model\.weights\.h5/, ({ [WEIGHTS]: _, ...own }) => zipped(own)],
    'a member twice': ['FA202', /two entries "config\.json"/, (own) => twice(own)],
    'a member outside': [
      'FA202',
      /invalid relative path: \.\.\/config\.json/,
      (own) => zipped({ ...own, '../config.json': own[CONFIG]! }),
    ],
    'an absurd size': ['FA202', /cannot unpack to the declared 4000000000/, (own) => claiming(own, WEIGHTS, 4e9)],
    'another size': ['FA202', /hostile\.keras entry "config\.json" is damaged/, (own) => claiming(own, CONFIG, 10)],
    'a configuration beyond reason': [
      'FA202',
      /config\.json is too large/,
      (own) => zipBytes(entries({ ...own, [CONFIG]: new Uint8Array(2 ** 26) })),
    ],
    'a bomb': [
      'FA202',
      /model\.weights\.h5 is too large/,
      (own) => zipBytes(entries({ ...own, [WEIGHTS]: new Uint8Array(2 ** 26) })),
    ],
    'a configuration that is no JSON': [
      'FA202',
      /config\.json is not valid JSON/,
      (own) => zipped({ ...own, [CONFIG]: text.encode('{') }),
    ],
    'a configuration that is no model': [
      'FA202',
      /config\.json is damaged · class_name/,
      (own) => zipped({ ...own, [CONFIG]: text.encode('{}') }),
    ],
    'metadata of no version': [
      'FA202',
      /metadata\.json is damaged · keras_version/,
      (own) => zipped({ ...own, 'metadata.json': text.encode('{}') }),
    ],
    'weights that are no HDF5': [
      'FA202',
      /model\.weights\.h5 is not an HDF5 file/,
      (own) => zipped({ ...own, [WEIGHTS]: text.encode('x') }),
    ],
    'a model of its own class': [
      'FA202',
      /models of class Sequential of mine are not supported/,
      (own) => zipped(changed(own, '"module": "keras"', '"module": "mine"')),
    ],
    'a registered layer': [
      'FA201',
      /conv \(mine>Conv1D\)/,
      (own) =>
        zipped(
          changed(
            own,
            /"registered_name": null(?=, "build_config": \{"input_shape": \[null, 6, 2\]\}\})/,
            '"registered_name": "mine>Conv1D"',
          ),
        ),
    ],
    code: [
      'FA201',
      /conv \(Lambda\)/,
      (own) => zipped(changed(own, '"class_name": "Conv1D"', '"class_name": "Lambda"')),
    ],
    'another name at the place of a layer': [
      'FA203',
      /layer conv has no weight "kernel"/,
      (own) => zipped(renamed(own)),
    ],
    'a variable too many': [
      'FA203',
      /vars\/0, vars\/1, vars\/2 in the file · its configuration has vars\/0 \(kernel\), vars\/1 \(bias\)/,
      (own) =>
        zipped(
          moved(own, (file) =>
            file.create_dataset({ name: 'layers/dense/vars/2', data: [1], shape: [1], dtype: '<f4' }),
          ),
        ),
    ],
    'a bias that the configuration does not have': [
      'FA203',
      /its configuration has vars\/0 \(kernel\)/,
      (own) => zipped(changed(own, /"use_bias": true/g, '"use_bias": false')),
    ],
    'variables in a layer inside': [
      'FA203',
      /layer dense \(Dense\) has the variables .*cell\/vars\/0/,
      (own) =>
        zipped(
          moved(own, (file) => {
            file.create_group('layers/dense/cell');
            file.create_group('layers/dense/cell/vars');
            file.create_dataset({ name: 'layers/dense/cell/vars/0', data: [1], shape: [1], dtype: '<f4' });
          }),
        ),
    ],
    'a layer too many': [
      'FA203',
      /belong to no layer: \/layers\/dense_9\/vars\/0/,
      (own) =>
        zipped(
          moved(own, (file) => {
            file.create_group('layers/dense_9');
            file.create_group('layers/dense_9/vars');
            file.create_dataset({ name: 'layers/dense_9/vars/0', data: [1], shape: [1], dtype: '<f4' });
          }),
        ),
    ],
    'groups in a circle': [
      'FA202',
      /is nested more deeply than the model/,
      (own) => zipped(moved(own, (file) => file.create_hard_link('/layers', '/layers/dense/round'))),
    ],
  };

  it.each(Object.keys(damages))('%s', async (name) => {
    const [code, message, damage] = damages[name]!;
    expect(await refused(code, damage(await members('keras3-sequential')))).toMatch(message);
  });

  const twice = (own: Members): Buffer => zipBytes([...entries(own), ...entries({ [CONFIG]: own[CONFIG]! })]);
  const claiming = (own: Members, claimed: string, bytes: number): Buffer =>
    zipBytes(
      Object.entries(own).map(([name, contents]) => ({
        name,
        contents,
        ...(name === claimed && { claimedBytes: bytes }),
      })),
    );

  /** Newer versions of Keras note the layer beside its variables. */
  function renamed(own: Members): Members {
    return moved(own, (file) => {
      const group = file.get('layers/conv1d/vars') as H5wasm.Group;
      group.delete_attribute('name');
      group.create_attribute('name', 'conv_again');
    });
  }
});

describe('what Keras keeps in another way', () => {
  it.each(['float16', 'bfloat16'])('weights in %s are read exactly', async (type) => {
    const { weights } = await openModel(kerasFile(folder, `keras3-${type}`, 'keras'));
    const kernel = weights.get('/layers/dense/vars/0')!;
    const stored = await storedWords(await members(`keras3-${type}`));
    expect([...kernel.values]).toEqual([...stored].map(type === 'float16' ? halfOf : brainOf));
    expect(new Set(kernel.values).size).toBeGreaterThan(4);
  });

  it('bfloat16 without a sign of it is refused', async () => {
    expect(await refusalText('FA205', kerasFile(folder, 'keras3-bfloat16', 'h5'))).toContain('is stored as no number');
  });

  it('int8 is refused', async () => {
    expect(await refusalText('FA205', kerasFile(folder, 'keras3-int8', 'keras'))).toContain('is stored as int8');
    expect(await refusalText('FA205', kerasFile(folder, 'keras3-int8', 'h5'))).toContain('is stored as int8');
  });

  it('adapters are refused', async () => {
    expect(await refusalText('FA203', kerasFile(folder, 'keras3-lora', 'keras'))).toContain('LoRA');
    expect(await refusalText('FA203', kerasFile(folder, 'keras3-lora', 'h5'))).toContain('lora_kernel_a');
  });

  it('a layer of two models is refused', async () => {
    expect(await refusalText('FA203', kerasFile(folder, 'keras3-shared', 'keras'))).toContain('has no weight "kernel"');
    expect(await refusalText('FA203', kerasFile(folder, 'keras3-shared', 'h5'))).toContain('belongs to two layers');
  });

  /** The bits of the kernel, found in the file by what surrounds them: numbers of 16 bits, written one after another. */
  async function storedWords(own: Record<string, Uint8Array>): Promise<Uint16Array> {
    const library = await startLibrary();
    library.FS.writeFile('/raw.h5', own['model.weights.h5']!);
    const id = library.open('/raw.h5', library.H5F_ACC_RDONLY, false, -1, -1);
    const at = library._malloc(12);
    expect(library.get_dataset_data(id, '/layers/dense/vars/0', null, null, null, BigInt(at))).toBe(0);
    return new Uint16Array(library.HEAPU8.slice(at, at + 12).buffer);
  }

  const brainOf = (bits: number): number => new Float32Array(Uint32Array.of(bits * 2 ** 16).buffer)[0]!;
  const halfOf = (bits: number): number => {
    const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023];
    return (1 - 2 * sign) * 2 ** (exponent - 15) * (1 + fraction / 1024);
  };
});
