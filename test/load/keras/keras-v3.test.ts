import type * as H5wasm from 'h5wasm';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';
import { kerasMembers } from '../../support/models/keras-files.js';
import { loaded, refusalText } from '../../support/models/models.js';
import { temporaryFolder, zipBytes } from '../../support/files/data-files.js';
import { hdf5 } from '../../support/models/hdf5-files.js';

const { folder, write } = temporaryFolder();

const text = new TextEncoder();

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length / 2);

const entries = (own: Readonly<Record<string, Uint8Array>>): { name: string; contents: Uint8Array }[] =>
  Object.entries(own).map(([name, contents]) => ({ name, contents }));

const zipped = (own: Readonly<Record<string, Uint8Array>>): Buffer =>
  zipBytes(Object.entries(own).map(([name, contents]) => ({ name, contents, stored: true })));

describe('damaged and hostile files in .keras', () => {
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

  it('the undamaged file is read', async () => {
    await loaded(write('whole.keras', zipped(await kerasMembers(folder, 'keras3-sequential'))));
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
      'FA200',
      /config\.json is too large/,
      (own) => zipBytes(entries({ ...own, [CONFIG]: new Uint8Array(2 ** 26) })),
    ],
    'a bomb': [
      'FA200',
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
      'FA205',
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
    expect(await refused(code, damage(await kerasMembers(folder, 'keras3-sequential')))).toMatch(message);
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
