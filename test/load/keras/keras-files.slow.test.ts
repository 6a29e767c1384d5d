import { beforeAll, describe, expect, it } from 'vitest';
import { type Report, audit } from '../../../src/index.js';
import { layerOf } from '../../../src/layers/index.js';
import { namedWeights } from '../../../src/load/keras/weights/numbered-variables.js';
import { float32Kernels } from '../../support/backends.js';
import { type KerasCase, kerasCases, kerasFile } from '../../support/models/keras-files.js';
import { loaded, openKeras, outputs, refusalText } from '../../support/models/models.js';
import { EPSILON_32, distance, largest } from '../../support/numbers.js';
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
  it('computes what Keras computed, or is refused with the unsupported layers', async () => {
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

  it('gives numbered variables the names that Keras wrote for the same numbers', async () => {
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

  it('gives the same report in every file format', async () => {
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
