import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { datasetFormats } from '../../../src/load/datasets/formats/index.js';
import { findDataset, openDataset } from '../../../src/load/datasets/open-dataset.js';
import {
  counting,
  idxBytes,
  messageOf,
  npyOf,
  npzOf,
  plain,
  readAll,
  readValues,
  temporaryFolder,
  wants,
  zipBytes,
} from '../../support/files/data-files.js';

const { folder, write } = temporaryFolder();

type Arrays = Parameters<typeof npzOf>[0];

const npz = (arrays: Arrays): string => write('x.npz', npzOf(arrays));

describe('batches', () => {
  const values = counting(300 * 40).map((i) => i / 8);
  const rows = counting(300).map((row) => values.slice(40 * row, 40 * (row + 1)));
  const bytes = values.map((value) => (value * 8) % 256);
  const files = {
    'x.npy': () => npyOf([300, 40], values),
    'x.npz': () => npzOf({ x: [[300, 40], values] }),
    'x.csv': () => rows.map((row) => row.join(',')).join('\n'),
    'x.json': () => JSON.stringify(rows),
    'x.jsonl': () => rows.map((row) => JSON.stringify(row)).join('\n'),
    'x.idx': () => idxBytes(8, 'u1', [300, 40], bytes),
    'x.parquet': () => readFileSync(new URL('formats/data/parquet/batches.parquet', import.meta.url)),
  };

  /** A folder of grey images of 5 x 8 pixels. */
  async function imageFolder(): Promise<string> {
    const place = join(folder, 'x');
    mkdirSync(place, { recursive: true });
    for (const row of counting(300)) {
      const pixels = Uint8Array.from(bytes.slice(40 * row, 40 * (row + 1)));
      await sharp(pixels, { raw: { width: 8, height: 5, channels: 1 } }).toFile(join(place, `${row}.png`));
    }
    return place;
  }

  const sources: Readonly<Record<string, () => string | Promise<string>>> = {
    ...Object.fromEntries(Object.entries(files).map(([name, contents]) => [name, () => write(name, contents())])),
    'x/': imageFolder,
  };

  it('are tested for every format', () => {
    const endings = Object.keys(sources).map((name) => name.slice(1));
    expect(endings).toEqual(Object.values(datasetFormats).map((format) => format.extensions[0]));
  });

  for (const [name, prepare] of Object.entries(sources)) {
    it.each([1, 7, 256, 10_000])(`of ${name} hold the same rows in sizes of %i`, async (size) => {
      const dataset = await openDataset(await prepare(), name === 'x/' ? wants(5, 8) : wants(40), plain);
      let next = 0;
      for await (const {
        first,
        count,
        values: [x],
      } of dataset.batches(size, Infinity)) {
        expect(first).toBe(next);
        expect(count).toBe(Math.min(size, 300 - first));
        expect(x).toHaveLength(40 * count);
        next += count;
      }
      expect(next).toBe(300);
      expect((await readAll(dataset, size))[0]).toEqual(['x.idx', 'x/'].includes(name) ? bytes : values);
      expect((await readAll(dataset, size, 10))[0]).toHaveLength(400);
    });
  }

  it('are read in chunks of at most half a megabyte', async () => {
    const [source] = await datasetFormats.npy.open(write('x.npy', npyOf([3000, 70], counting(210_000))), wants(70));
    const lengths: number[] = [];
    for await (const chunk of source!.chunks()) lengths.push(chunk.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2 ** 16);
    expect(lengths.every((length) => length % 70 === 0)).toBe(true);
    expect(lengths.reduce((sum, length) => sum + length)).toBe(210_000);
  });

  it('are scaled, then offset', async () => {
    const path = write('x.npy', npyOf([2], [255, 51]));
    expect(await readValues(path, wants(1), { ...plain, scale: 1 / 255, offset: -0.5 })).toEqual([0.5, 51 / 255 - 0.5]);
    const large = write('x.npy', npyOf([1], [1e300]));
    expect(await messageOf('FA103', large, wants(1), { ...plain, scale: 1e10 })).toContain(
      '1e+300 is not a finite number after scaling',
    );
  });
});

describe('files', () => {
  it('without rows are refused', async () => {
    expect(await messageOf('FA105', write('x.npy', npyOf([0, 2], [])), wants(2))).toContain('x.npy has no rows');
    expect(await messageOf('FA105', write('x.npy', npyOf([5, 0], [])), wants(0))).toContain('rows without numbers');
    expect(await messageOf('FA105', npz({ x: [[0, 2], []] }), wants(2))).toContain('x.npz array "x" has no rows');
    expect(await messageOf('FA105', write('x.idx', idxBytes(8, 'u1', [0, 2], [])), wants(2))).toContain('no rows');
  });

  it('that cannot be read are errors', async () => {
    expect(await messageOf('FA100', join(folder, 'none.npy'), wants(2))).toContain(
      `${folder}/none.npy cannot be read · there is no such file`,
    );
    expect(await messageOf('FA100', join(folder, 'none.csv'), wants(2))).toContain('there is no such file');
    expect(await messageOf('FA100', '/dev/null', wants(2))).toContain('it is not a regular file');
  });

  it('of unknown formats are errors that list the known formats', async () => {
    const message = await messageOf('FA101', write('x.orc', 'ORC'), wants(2));
    for (const { extensions } of Object.values(datasetFormats)) expect(message).toContain(extensions[0]);
    expect(await messageOf('FA101', write('x.csv.gz', gzipSync('1,2')), wants(2))).toContain('unpack it first');
    expect(await messageOf('FA102', write('x.gz', gzipSync('1,2').subarray(0, 15)), wants(2))).toContain('damaged');
  });

  it('with other names are recognised by their contents', async () => {
    expect(await readValues(write('a', npyOf([1, 2], [1, 2])), wants(2))).toEqual([1, 2]);
    expect(
      await readValues(
        write(
          'b.dat',
          npzOf({
            x: [
              [1, 2],
              [1, 2],
            ],
          }),
        ),
        wants(2),
      ),
    ).toEqual([1, 2]);
    expect(await readValues(write('c.bin', idxBytes(8, 'u1', [1, 2], [1, 2])), wants(2))).toEqual([1, 2]);
    const table = readFileSync(new URL('formats/data/parquet/polars.parquet', import.meta.url));
    expect((await openDataset(write('d', table), wants(2), plain)).available).toBe(60);
    expect(await messageOf('FA102', write('x.npy', zipBytes([])), wants(2))).toContain(
      'x.npy is not a readable .npy file',
    );
  });
});

describe('findDataset', () => {
  it('finds dataset.* before x.*, in the order of the table', async () => {
    const inside = (...names: string[]): string => {
      const place = join(folder, names.join('+'));
      mkdirSync(place);
      for (const name of names) write(join(names.join('+'), name), '');
      return place;
    };
    expect(await findDataset(inside('x.npz', 'x.npy', 'y.npy', 'model.json'))).toMatch(/x\.npy$/);
    expect(await findDataset(inside('x.npy', 'dataset.idx.gz'))).toMatch(/dataset\.idx\.gz$/);
    expect(await findDataset(inside('dataset.txt', 'model.json'))).toBeNull();
    expect(await findDataset(join(folder, 'nowhere'))).toBeNull();
    mkdirSync(join(folder, 'only', 'x.npy'), { recursive: true });
    expect(await findDataset(join(folder, 'only'))).toBeNull();
  });
});

describe('files written by numpy', () => {
  const oracle = fileURLToPath(new URL('../../../fixtures/oracle/', import.meta.url));
  const cases = readdirSync(oracle, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(cases.map((entry) => entry.name))('%s: .npy and .npz hold the numbers of inputs.json', async (name) => {
    const place = join(oracle, name);
    const inputs = JSON.parse(readFileSync(join(place, 'inputs.json'), 'utf8')) as { name: string; shape: number[] }[];
    const wanted = inputs.map((input) => ({ name: input.name, shape: input.shape.slice(1) }));
    const read = async (file: string): Promise<number[][]> =>
      readAll(await openDataset(join(place, file), wanted, plain));
    const expected = await read('inputs.json');
    expect(await read('x.npz')).toEqual(expected);
    if (inputs.length === 1) expect(await read('x.npy')).toEqual(expected);
    expect(expected[0]!.length).toBeGreaterThan(0);
  });
});
