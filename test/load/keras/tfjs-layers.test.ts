import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { allInputs } from '../../../src/load/keras/keras-inputs.js';
import { float32Kernels } from '../../support/backends.js';
import {
  type SavedModel,
  type WeightSpec,
  loaded,
  openKeras,
  outputs,
  refusalText,
  writeSaved,
} from '../../support/models/models.js';
import { inFolder } from '../../support/models/tfjs-models.js';
import { expectClose, refused, smallModel } from '../../support/models/small-models.js';

beforeAll(() => float32Kernels('cpu'));

describe('files that Keras 3 and the converter wrote', () => {
  const folder = (name: string): string => new URL(`data/${name}`, import.meta.url).pathname;
  const caseOf = (name: string): { inputs: number[][]; outputs: number[] } =>
    JSON.parse(readFileSync(join(folder(name), 'case.json'), 'utf8')) as never;

  it.each(['keras3-sequential', 'keras3-functional'])('%s computes what Keras computed', async (name) => {
    const wanted = caseOf(name);
    const lowered = await loaded(folder(name));
    expectClose(outputs(lowered, wanted.inputs), wanted.outputs);
    expect((await openKeras(folder(name))).kerasMajor).toBe(3);
  });

  it('name each weight once as the manifest does, and frozen parameters with their layers', async () => {
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

  it('have named inputs in the order of their names', async () => {
    const network = await openKeras(folder('keras3-functional'));
    expect(allInputs(network)).toEqual([
      { name: 'a', shape: [4] },
      { name: 'b', shape: [3] },
    ]);
  });
});

describe('files that are not layers models', () => {
  it.each([
    { format: 'graph-model', modelTopology: { node: [] }, weightsManifest: [] },
    { modelTopology: { node: [], library: {} }, weightsManifest: [] },
  ])('a graph model is refused with the conversion to use', async (json) => {
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
});

describe('a damaged model.json', () => {
  const first = (saved: SavedModel): WeightSpec => saved.json.weightsManifest[0]!.weights[0]!;

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
    'no topology': ['FA205', /modelTopology/, ({ json }) => (json.modelTopology = null)],
    'no class name': ['FA205', /class_name/, ({ json }) => delete json.modelTopology.class_name],
    'an unknown class': [
      'FA205',
      /class Lambda are not supported/,
      ({ json }) => (json.modelTopology.class_name = 'Lambda'),
    ],
    'an unknown version': ['FA205', /keras_version: "33.1"/, ({ json }) => (json.modelTopology.keras_version = '33.1')],
    'no layers': ['FA206', /layers/, ({ json }) => (json.modelTopology.config.layers = [])],
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
      'FA206',
      /"first_input" has no valid shape · its shape: expected a list, but it is missing · build/,
      ({ json }) => delete json.modelTopology.config.layers[0].config.batch_input_shape,
    ],
    'an input beyond memory': [
      'FA206',
      /is too large · it has more than 134217728 numbers/,
      ({ json }) => (json.modelTopology.config.layers[0].config.batch_input_shape = [null, 2 ** 26, 2 ** 26]),
    ],
    'an input of another size': [
      'FA203',
      /has shape \[3,4\], but layer first needs \[5,4\]/,
      ({ json }) => (json.modelTopology.config.layers[0].config.batch_input_shape = [null, 5]),
    ],
    'inputs of no size': [
      'FA206',
      /no valid shape · its shape: expected a list with the size of a batch first/,
      ({ json }) => (json.modelTopology.config.layers[0].config.batch_input_shape = []),
    ],
    'a list beyond reason': [
      'FA200',
      /larger than fisher-audit reads · weightsManifest.0.paths: expected at most 16384 entries/,
      ({ json }) => (json.weightsManifest[0]!.paths = new Array<string>(1e6).fill('weights.bin')),
    ],
  };

  it.each(Object.keys(damages))('%s', async (name) => {
    const [code, message, damage] = damages[name]!;
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
      const text = await refusalText(message.test('not valid JSON') ? 'FA202' : 'FA205', folder);
      expect(text).toMatch(message);
      // eslint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u001f]/);
    });
  });

  it('a missing model or file is refused', async () => {
    await inFolder(async (folder) => {
      expect(await refusalText('FA200', folder)).toContain('the folder has none of model.json');
      expect(await refusalText('FA200', join(folder, 'none.json'))).toContain('no such file');
    });
  });

  it.each([
    ['"constructor":{"prototype":{"polluted":1}}', null],
    ['"__proto__":{"polluted":1}', 'the key __proto__ is not supported'],
  ])('the key %s is treated as any other key', async (member, message) => {
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
