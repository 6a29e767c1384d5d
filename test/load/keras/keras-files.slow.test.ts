import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Report, audit } from '../../../src/index.js';
import { layerOf, layers } from '../../../src/layers/index.js';
import { kerasVariables } from '../../../src/load/keras/weights/keras-variables.js';
import { namedWeights } from '../../../src/load/keras/weights/numbered-variables.js';
import { float32Kernels } from '../../support/backends.js';
import { type KerasCase, kerasBytes, kerasCases, kerasFile } from '../../support/models/keras-files.js';
import { loaded, openKeras, outputs, refusalText } from '../../support/models/models.js';
import { EPSILON_32, distance, largest } from '../../support/numbers.js';
import { functional, makeLayer, tfjsLayer } from '../../support/models/tfjs-models.js';
import { npzOf, temporaryFolder } from '../../support/files/data-files.js';

/** Rounding of a short float32 computation, relative to its largest output. */
const ROUNDING = 64 * EPSILON_32;

const { folder, write } = temporaryFolder();

const cases = kerasCases.map((own) => [own.name, own] as const);
const isSupported = ({ classes }: KerasCase): boolean => classes.every((className) => layerOf(className) !== null);
const files = ({ name, json }: KerasCase): string[] => [
  kerasFile(folder, name, 'keras'),
  kerasFile(folder, name, 'h5'),
  ...(json === null ? [] : [json]),
];

/** Without what is measured with a clock. */
const figures = (report: object): unknown =>
  JSON.parse(JSON.stringify(report), (key, value: unknown) => (key === 'secondsPerDraw' ? undefined : value));

beforeAll(() => float32Kernels('cpu'));

describe.each(cases)('%s', (name, own) => {
  it('computes what Keras did, or is refused with the layers that are not supported', async () => {
    for (const path of files(own)) {
      if (isSupported(own)) {
        const actual = outputs(await loaded(path), [own.inputs]);
        expect(distance(actual, own.outputs)).toBeLessThanOrEqual(ROUNDING * largest(own.outputs));
      } else {
        const text = await refusalText('FA201', path);
        expect(own.classes.some((className) => text.includes(`(${className})`))).toBe(true);
      }
    }
  });

  it('gives numbered variables the names that Keras wrote beside the same numbers', async () => {
    const [numbered, named] = await Promise.all(
      files(own)
        .slice(0, 2)
        .map(async (path) => namedWeights(await openKeras(path))),
    );
    const known = new Map(named?.map((weight) => [weight.name, weight]));
    expect(known.size).toBeGreaterThan(0);
    expect(numbered?.map((weight) => weight.name).sort()).toEqual([...known.keys()].sort());
    for (const { name: weight, shape, values } of numbered ?? []) {
      expect({ shape, values }, weight).toEqual({ shape: known.get(weight)?.shape, values: known.get(weight)?.values });
    }
  });

  it('gives one report, whatever the file format', async () => {
    if (!isSupported(own)) return;
    const [rows, ...rest] = own.shape as [number, ...number[]];
    const data = write(`${name}.npz`, npzOf({ x: [[rows, ...rest], own.inputs] }));
    const reports: Report[] = [];
    for (const model of files(own)) reports.push(await audit({ model, data, samples: [8], precision: 'float64' }));
    const [first, ...others] = reports.map(({ model, run: _, ...report }) =>
      figures({ ...report, parameters: model.parameters }),
    );
    for (const report of others) expect(report).toEqual(first);
    expect(reports.map(({ model }) => model.format)).toEqual(
      ['keras-v3', 'keras-h5', 'tfjs-layers'].slice(0, reports.length),
    );
    expect(new Set(reports.map(({ model }) => model.sha256)).size).toBe(reports.length);
  });
});

describe('the table of variables', () => {
  /** All variables that a layer may have, and inner layers for those that hold one. */
  const config = {
    ...{ use_bias: true, scale: true, center: true },
    layer: { class_name: 'GRU', config: { name: 'gru' } },
    cell: { class_name: 'GRUCell', config: { name: 'gru_cell' } },
  };

  it('has no layer that no file was compared for', () => {
    const compared = new Set(kerasCases.flatMap(({ classes }) => classes));
    const known = [...Object.keys(layers), ...compared].filter((className) => {
      const variables = kerasVariables({ className, config, kerasMajor: 3 });
      return variables !== null && variables.length > 0;
    });
    expect(known.filter((className) => !compared.has(className))).toEqual([]);
    expect(known.length).toBeGreaterThan(8);
  });

  it('has every layer with weights', () => {
    for (const [className, { examples }] of Object.entries(layers)) {
      const [example] = examples;
      if (!example || !tfjsLayer(className)) continue;
      const network = functional(example.inputs, (inputs) => {
        return makeLayer(className, example.config).apply(inputs.length === 1 ? inputs[0]! : inputs) as never;
      });
      if (network.weights.length === 0) continue;
      expect(kerasVariables({ className, config, kerasMajor: 3 }), className).not.toBeNull();
    }
  });
});

describe('where a model is found', () => {
  it.each(['keras', 'h5'] as const)('model.%s in a folder that is given', async (ending) => {
    const { name } = kerasCases[0]!;
    const own = join(folder, ending);
    mkdirSync(own);
    writeFileSync(join(own, `model.${ending}`), kerasBytes(name, ending));
    expect((await openKeras(own)).path).toBe(join(own, `model.${ending}`));
  });

  it('HDF5 under the name that Keras 2.12 and older gave it', async () => {
    const path = write('old.keras', kerasBytes('keras2-alike', 'h5'));
    expect(await openKeras(path)).toMatchObject({ path, format: 'keras-h5', kerasMajor: 2 });
  });

  it('all formats are named where none fits', async () => {
    const text = await refusalText('FA205', write('model.onnx', 'x'));
    for (const name of ['model.json', '.keras', '.h5', '.hdf5']) expect(text).toContain(name);
  });
});
