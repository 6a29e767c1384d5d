import { describe, expect, it } from 'vitest';
import { truncateSync } from 'node:fs';
import { openDataset } from '../../../../src/load/datasets/open-dataset.js';
import {
  counting,
  messageOf,
  plain,
  readAll,
  readValues,
  temporaryFolder,
  wants,
} from '../../../support/files/data-files.js';

const { write } = temporaryFolder();

const json = (value: unknown): string => write('x.json', typeof value === 'string' ? value : JSON.stringify(value));

describe('.json', () => {
  it('reads an array of rows', async () => {
    expect(
      await readValues(
        json([
          [1, 2],
          [3, 4],
        ]),
        wants(2),
      ),
    ).toEqual([1, 2, 3, 4]);
    expect(
      await readValues(
        json([
          [[1], [2]],
          [[3], [4]],
        ]),
        wants(2),
      ),
    ).toEqual([1, 2, 3, 4]);
    expect(await readValues(json([1, 2, 3]), wants(1))).toEqual([1, 2, 3]);
    expect(await readValues(json('\uFEFF [[1]]\n'), wants(1))).toEqual([1]);
  });

  it('reads arrays by name', async () => {
    const wanted = [
      { name: 'input_2', shape: [1] },
      { name: 'input_1', shape: [2] },
    ];
    const byName = json({
      input_1: [
        [1, 2],
        [3, 4],
      ],
      input_2: [5, 6],
    });
    expect(await readAll(await openDataset(byName, wanted, plain))).toEqual([
      [5, 6],
      [1, 2, 3, 4],
    ]);
    const list = json([
      { name: 'input_1', shape: [2, 2], data: [1, 2, 3, 4] },
      { name: 'input_2', shape: [2], data: [5, 6] },
    ]);
    expect(await readAll(await openDataset(list, wanted, plain))).toEqual([
      [5, 6],
      [1, 2, 3, 4],
    ]);
  });

  it.each([
    ['FA102', '[[1, 2], [3', 'x.json is not valid JSON'],
    ['FA102', '{"a": [1, 2],\n "b": x}', 'is not valid JSON'],
    ['FA102', '', 'is not valid JSON'],
    ['FA102', [[1, 2], [3]], 'x.json, position [1]: the number of values is 1, but 2 in the first array'],
    ['FA102', { x: 5 }, 'x.json array "x" is not an array of rows'],
    ['FA102', 5, 'x.json is not an array of rows'],
    ['FA102', null, 'x.json is not an array of rows'],
    [
      'FA102',
      [{ name: 'x', shape: [2, 3], data: [1, 2] }],
      'x.json array "x": 2 numbers, but its shape [2, 3] needs 6',
    ],
    [
      'FA102',
      [
        { name: 'x', shape: [1], data: [1] },
        { name: 'x', shape: [1], data: [1] },
      ],
      'two arrays named "x"',
    ],
    ['FA100', '['.repeat(1e6) + ']'.repeat(1e6), 'nested deeper than 32'],
    ['FA103', `[[1, ${'['.repeat(1e6)}${']'.repeat(1e6)}]]`, 'position [0, 1]: an array is not a finite number'],
    [
      'FA103',
      [
        [1, 2],
        [3, 'a'],
      ],
      'x.json, position [1, 1]: "a" is not a finite number',
    ],
    [
      'FA103',
      [
        [1, 2],
        [3, null],
      ],
      'null is not a finite number',
    ],
    [
      'FA103',
      [
        [1, 2],
        [3, [4]],
      ],
      'position [1, 1]: an array is not a finite number',
    ],
    ['FA103', [[1, 2], 3], 'position [1]: 3 is not a finite number'],
    ['FA103', '[[1, NaN]]', 'x.json: NaN is not a finite number'],
    ['FA103', '[[1, -Infinity]]', 'Infinity is not a finite number'],
    ['FA103', '[[1, 1e999]]', 'Infinity is not a finite number'],
    ['FA103', [{ name: 'x', rows: 1 }], 'an object is not a finite number'],
    ['FA105', [], 'x.json has no rows'],
    ['FA105', { x: [] }, 'x.json array "x" has no rows'],
    ['FA105', {}, 'x.json has no arrays'],
    ['FA105', [[], []], 'x.json has rows without numbers'],
  ] as const)('gives %s (%#)', async (code, value, message) => {
    expect(await messageOf(code, json(value), wants(2))).toContain(message);
  });

  it('allocates nothing for a shape that only the first elements have', async () => {
    const wide = JSON.stringify(counting(100_000));
    expect(await messageOf('FA102', json(`[${wide}${',[]'.repeat(1e6)}]`), wants(2))).toContain(
      'number of values is 0',
    );
  });

  it('refuses objects with too many names to parse in time', async () => {
    const text = `{${counting(100_001)
      .map((i) => `"${i}": 0`)
      .join()}}`;
    expect(await messageOf('FA100', json(text), wants(2))).toContain('x.json has more than 100000 names');
  });

  it('refuses files too large for memory', async () => {
    const path = json('[]');
    truncateSync(path, 2 ** 28 + 1);
    expect(await messageOf('FA100', path, wants(2))).toBe(
      `${path} is too large · it has 268435457 bytes, and at most 268435456 are read · use .npy or .jsonl, which are read row by row`,
    );
    expect(await messageOf('FA100', json('['.repeat(2 ** 24 + 1)), wants(2))).toContain('arrays');
  });
});
