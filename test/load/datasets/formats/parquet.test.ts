import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { NetworkInput } from '../../../../src/network/inputs.js';
import { openDataset } from '../../../../src/load/datasets/open-dataset.js';
import { counting, messageOf, plain, readAll, readValues, wants } from '../../../support/files/data-files.js';

const data = fileURLToPath(new URL('data/parquet/', import.meta.url));
const file = (name: string): string => join(data, `${name}.parquet`);
const expected = JSON.parse(readFileSync(join(data, 'expected.json'), 'utf8')) as Record<
  string,
  Record<string, number[]>
>;

const ROWS = 60;
const TYPES = 13;

describe('Parquet tables', () => {
  it.each(['plain', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'])(
    'in %s hold every type of number',
    async (compression) => {
      const dataset = await openDataset(file(compression), wants(TYPES), { ...plain, outputs: [3] });
      expect(dataset.available).toBe(ROWS);
      const values = expected['every-type']!['table']!;
      for (const size of [1, 7, 60, 100]) expect((await readAll(dataset, size))[0]).toEqual(values);
      expect((await readAll(dataset, 7, 30))[0]).toEqual(values.slice(0, 30 * TYPES));
    },
  );

  it('written by pandas are read without their index and text labels', async () => {
    expect(await readValues(file('pandas'), wants(2))).toEqual(expected['pandas']!['table']);
  });

  it('written by polars and DuckDB are read', async () => {
    expect(await readValues(file('polars'), wants(2))).toEqual(expected['pandas']!['table']);
    expect(await readValues(file('duckdb'), wants(3))).toEqual(expected['duckdb']!['table']);
    expect(await readValues(file('duckdb-v2'), wants(3))).toEqual(expected['duckdb']!['table']);
  });

  it('of another width than the model needs are refused', async () => {
    expect(await messageOf('FA104', file('plain'), wants(7))).toContain(
      'plain.parquet: rows of shape [13] (13 numbers), but the model\'s input "dense_input" has shape [7]',
    );
  });

  it('have labels that must fit the model', async () => {
    const fitting = { ...plain, outputs: [3] };
    expect((await openDataset(file('plain'), wants(TYPES), fitting)).available).toBe(ROWS);
    const lists = (name: string): NetworkInput[] => [{ name, shape: [1] }];
    expect(await readValues(file('scalars'), lists('b'))).toEqual(counting(ROWS));
  });
});

describe('Parquet arrays', () => {
  const { x } = expected['lists']!;

  it.each(['lists', 'fixed', 'one-page', 'polars-array'])('%s: rows may be lists', async (name) => {
    for (const shape of [[12], [3, 4], [12, 1]]) expect(await readValues(file(name), wants(...shape))).toEqual(x);
    const dataset = await openDataset(file(name), wants(12), plain);
    expect((await readAll(dataset, 11, 40))[0]).toEqual(x!.slice(0, 480));
  });

  it('rows may be nested lists, and text columns are ignored', async () => {
    const dataset = await openDataset(file('nested'), wants(null, null, 2), { ...plain, outputs: [3] });
    expect(dataset.shapes).toEqual([[4, 3, 2]]);
    expect((await readAll(dataset))[0]).toEqual(expected['nested']!['image']);
  });

  it('are found by the names of the inputs', async () => {
    const wanted = [
      { name: 'left_input', shape: [12] },
      { name: 'right', shape: [1] },
    ];
    expect(await readAll(await openDataset(file('inputs'), wanted, plain))).toEqual([x, counting(ROWS)]);
    const scalars = [
      { name: 'a', shape: [1] },
      { name: 'b', shape: [1] },
    ];
    expect(await readAll(await openDataset(file('scalars'), scalars, plain))).toEqual([
      counting(ROWS).map((i) => i / 2),
      counting(ROWS),
    ]);
    expect(await messageOf('FA104', file('inputs'), [{ name: 'dense', shape: [12] }])).toContain(
      'the file has "right", "left", "other"',
    );
  });
});

it('Parquet files are closed when the consumer stops early', async () => {
  const openFiles = (): number => (existsSync('/dev/fd') ? readdirSync('/dev/fd').length : 0);
  const before = openFiles();
  for (let time = 0; time < 20; time++) {
    const dataset = await openDataset(file('plain'), wants(TYPES), plain);
    for await (const batch of dataset.batches(1, Infinity)) {
      expect(batch.count).toBe(1);
      break;
    }
  }
  await expect.poll(openFiles).toBeLessThanOrEqual(before);
});

describe('Parquet columns that are not finite numbers', () => {
  const two = wants(2);
  it.each([
    ['null', 'FA103', two, 'null.parquet row 37, column "b": a missing value (null) · rows are counted from 0'],
    ['nan', 'FA103', two, 'nan.parquet row 37, column "b": NaN is not a finite number'],
    ['big', 'FA103', two, 'big.parquet row 37, column "b": an integer beyond 2^53'],
    ['null-decimal', 'FA103', two, 'row 37, column "b": a missing value'],
    ['nothing', 'FA103', wants(1), 'nothing.parquet column "a" holds nothing but nulls, not numbers'],
    [
      'text',
      'FA103',
      two,
      'text.parquet column "b" holds text, not numbers · write the column as numbers, or remove it',
    ],
    ['dates', 'FA103', two, 'column "b" holds timestamps'],
    ['structs', 'FA103', two, 'column "b" holds structures'],
    ['long-decimals', 'FA103', wants(1), 'column "a" holds decimals of scale 30'],
    ['no-rows', 'FA105', wants(1), 'no-rows.parquet has no rows'],
    ['only-labels', 'FA105', wants(1), 'only-labels.parquet has no columns of inputs'],
  ] as const)('%s is refused', async (name, code, wanted, message) => {
    expect(await messageOf(code, file(name), wanted)).toContain(message);
  });

  const list = [{ name: 'b', shape: [12] }];
  it.each([
    ['short', 'FA102', list, 'row 37, column "b": lists of other lengths than in the first row, whose shape is [12]'],
    ['long', 'FA102', list, 'row 37, column "b": lists of other lengths'],
    ['empty', 'FA103', list, 'row 37, column "b": a missing value (null), or an empty list'],
    ['no-list', 'FA103', list, 'row 37, column "b": a missing value'],
    ['null-inside', 'FA103', list, 'row 37, column "b": a missing value'],
    ['last-long', 'FA102', wants(12), 'row 59, column "x": lists of other lengths'],
    ['ragged-row', 'FA102', wants(3), 'row 0, column "x": lists of different lengths'],
    ['first-null', 'FA103', wants(12), 'row 0, column "x": a missing value'],
  ] as const)('%s is refused', async (name, code, wanted, message) => {
    expect(await messageOf(code, file(name), [...wanted])).toContain(message);
  });

  it('do not matter after the requested rows', async () => {
    for (const name of ['null', 'nan', 'big']) {
      const dataset = await openDataset(file(name), two, plain);
      expect((await readAll(dataset, 5, 25))[0]).toHaveLength(50);
    }
  });
});
