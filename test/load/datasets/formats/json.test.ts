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
} from '../../../support/data-files.js';

const { write } = temporaryFolder();
const csv = (text: string): string => write('x.csv', text);
const json = (value: unknown): string => write('x.json', typeof value === 'string' ? value : JSON.stringify(value));
const jsonl = (text: string): string => write('x.jsonl', text);

describe('.csv', () => {
  it.each([
    ['plain', '1,2\n3,4\n'],
    ['without a last line feed', '1,2\n3,4'],
    ['with a header', 'a,b\n1,2\n3,4\n'],
    ['with a header that is partly numbers', 'a,2\n1,2\n3,4\n'],
    ['with quotes and spaces', '"1", 2\n 3 ,"4"\n'],
    ['with empty lines', '\n1,2\n\n \n3,4\n\n'],
    ['with Windows line ends', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['with a byte order mark', '\uFEFF1,2\n3,4\n'],
    ['with other notations', '+1.0,2e0\n.3E+1,4.\n'],
  ])('reads numbers %s', async (_, text) => {
    expect(await readValues(csv(text), wants(2))).toEqual([1, 2, 3, 4]);
  });

  it('does not know how many rows there are', async () => {
    expect((await openDataset(csv('1\n2\n'), wants(1), plain)).available).toBeNull();
  });

  it('names line and column of what is no number', async () => {
    const rows = counting(55)
      .map(() => '1,2,3')
      .join('\n');
    expect(await messageOf('FA103', csv(`a,b,c\n${rows}\n1,2,n/a\n`), wants(3))).toBe(
      'x.csv line 57, column 3: "n/a" is not a number',
    );
    expect(await messageOf('FA103', csv('1,2\n\n3,\n'), wants(2))).toBe(
      'x.csv line 3, column 2: an empty cell is not a number',
    );
    expect(await messageOf('FA103', csv('1,1e999\n'), wants(2))).toContain('line 1, column 2: "1e999"');
    expect(await messageOf('FA103', csv('1,2\n0x10,2\n'), wants(2))).toContain('"0x10" is not a number');
    expect(await messageOf('FA103', csv('1\n\u001b[31mred\n'), wants(1))).toContain('"\\u{1b}[31mred"');
    for (const separator of [';', '\t', '  ']) {
      const text = `1${separator}2\n`;
      expect(await messageOf('FA102', csv(text), wants(1))).toContain('cells must be separated by commas');
    }
    expect(await readValues(csv('petal width (cm)\n1\n2\n'), wants(1))).toEqual([1, 2]);
  });

  it.each(['nan,1', 'NA,1', ',1', '1,-Infinity', 'null,1'])(
    'takes %s for a row with a missing number, not for a header',
    async (row) => {
      expect(await messageOf('FA103', csv(`${row}\n1,2\n`), wants(2))).toContain('x.csv line 1');
    },
  );

  it('names the line of a row of another length', async () => {
    expect(await messageOf('FA102', csv('1,2\n3,4\n5\n'), wants(2))).toContain(
      'x.csv line 3: the number of cells is 1, but 2 in the first row',
    );
    expect(await messageOf('FA102', csv('a,b\n3,4,5\n'), wants(2))).toContain(
      'x.csv line 2: the number of cells is 3, but 2 in the first row',
    );
  });

  it.each(['', '\n\n', 'a,b\n', '\uFEFF'])('refuses a file without rows: %j', async (text) => {
    expect(await messageOf('FA105', csv(text), wants(2))).toContain('x.csv has no rows');
  });

  it('refuses quotes that do not match', async () => {
    expect(await messageOf('FA102', csv('1,2\n"3,4\n'), wants(2))).toContain('quotes do not match');
    expect(await messageOf('FA102', csv('1,2\n"3"4,4\n'), wants(2))).toContain('x.csv line 2');
  });

  it('suggests to leave the label out', async () => {
    expect(await messageOf('FA104', csv('1,2,0\n'), wants(2))).toContain('remove the column');
    expect(await messageOf('FA104', csv('a,b,kind\n1,2,0\n'), wants(2))).toContain('remove the column');
  });

  it('knows columns of labels by their names, unless the model wants all columns', async () => {
    expect(await readValues(csv('a,Label,b\n1,9,2\n3,9,4\n'), wants(2))).toEqual([1, 2, 3, 4]);
    expect(await readValues(csv('label,a,b\ncat,1,2\n'), wants(2))).toEqual([1, 2]);
    expect(await readValues(csv('x,y\n1,2\n3,4\n'), wants(2))).toEqual([1, 2, 3, 4]);
    expect(await readValues(csv('y\n1\n3\n'), wants(null))).toEqual([1, 3]);
    expect(await messageOf('FA103', csv('a,y,b\n1,0,2\n3,0,no\n'), wants(2))).toContain('line 3, column 3');
  });
});

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
    ['FA102', '['.repeat(1e6) + ']'.repeat(1e6), 'nested deeper than 32'],
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

  it('allocates nothing for a shape that only its first elements have', async () => {
    const wide = JSON.stringify(counting(100_000));
    expect(await messageOf('FA102', json(`[${wide}${',[]'.repeat(1e6)}]`), wants(2))).toContain(
      'number of values is 0',
    );
  });

  it('refuses objects of more names than could be parsed in time', async () => {
    const text = `{${counting(100_001)
      .map((i) => `"${i}": 0`)
      .join()}}`;
    expect(await messageOf('FA102', json(text), wants(2))).toBe('x.json has more than 100000 names');
  });

  it('refuses files too large for memory', async () => {
    const path = json('[]');
    truncateSync(path, 2 ** 28 + 1);
    expect(await messageOf('FA100', path, wants(2))).toBe(
      'x.json is too large · it has 268435457 bytes, and at most 268435456 are read · use .npy or .jsonl, which are read row by row',
    );
    expect(await messageOf('FA100', json('['.repeat(2 ** 24 + 1)), wants(2))).toContain('arrays');
  });
});

describe('.jsonl', () => {
  it('reads an array per line', async () => {
    expect(await readValues(jsonl('[1,2]\n\n[3,4]\n'), wants(2))).toEqual([1, 2, 3, 4]);
    expect(await readValues(jsonl('\uFEFF[[1],[2]]\r\n[[3],[4]]'), wants(2, 1))).toEqual([1, 2, 3, 4]);
    expect(await readValues(write('x.ndjson', '1\n2\n'), wants(1))).toEqual([1, 2]);
  });

  it('reads arrays by name, in any order', async () => {
    const path = jsonl('{"a": [1, 2], "b": [[3]], "y": 0}\n{"b": [[6]], "y": 1, "a": [4, 5]}\n');
    const wanted = [
      { name: 'b', shape: [1] },
      { name: 'a', shape: [2] },
    ];
    expect(await readAll(await openDataset(path, wanted, plain), 1)).toEqual([
      [3, 6],
      [1, 2, 4, 5],
    ]);
  });

  it('reads lines that span many chunks', async () => {
    const rows = counting(5).map((row) => counting(30_000).map((i) => i + row / 8));
    const path = jsonl(rows.map((row) => JSON.stringify(row)).join('\n'));
    expect(await readValues(path, wants(30_000))).toEqual(rows.flat());
  });

  it.each([
    ['FA102', '[1,2]\n[3,', 'x.jsonl line 2 is not valid JSON'],
    ['FA102', '[1,2]\n\n[3]', 'x.jsonl line 3: the number of values is 1, but 2 in the first array'],
    ['FA102', '{"a":[1,2]}\n{"b":[1,2]}', 'x.jsonl line 2: other arrays than in the first line'],
    ['FA102', '{"a":[1,2]}\n{"a":[1,2],"b":1}', 'line 2: other arrays'],
    ['FA102', '{"a":[1,2],"y":1}\n{"a":[1,2]}', 'line 2: other arrays'],
    ['FA102', '{"a":[1,2]}\n[1,2]', 'line 2: other arrays'],
    ['FA102', '{"a":[1,2],"y":[0]}\n{"a":[1,2],"y":[0,1]}', 'x.jsonl line 2 array "y": the number of values is 2'],
    ['FA102', '{}\n', 'an object without arrays'],
    ['FA103', '[1,2]\n[3,"n/a"]', 'x.jsonl line 2, position [1]: "n/a" is not a finite number'],
    ['FA103', '[1,2]\n[3,NaN]', 'x.jsonl line 2: NaN is not a finite number'],
    ['FA103', '[1,2]\n7', 'x.jsonl line 2: 7 is not a finite number'],
    ['FA105', '\n\n', 'x.jsonl has no rows'],
    ['FA105', '', 'x.jsonl has no rows'],
    ['FA105', '[]\n[]\n', 'x.jsonl has rows without numbers'],
  ] as const)('gives %s (%#)', async (code, text, message) => {
    expect(await messageOf(code, jsonl(text), wants(2))).toContain(message);
  });

  it('refuses endless lines', async () => {
    const path = jsonl('[');
    truncateSync(path, 2 ** 26 + 2 ** 20);
    expect(await messageOf('FA102', path, wants(2))).toContain('a line is longer than');
  });
});
