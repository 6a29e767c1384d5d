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

const jsonl = (text: string): string => write('x.jsonl', text);

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
    expect(await messageOf('FA100', path, wants(2))).toContain('a line is longer than');
  });
});
