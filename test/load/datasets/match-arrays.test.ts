import { describe, expect, it } from 'vitest';
import type { NetworkInput } from '../../../src/network/inputs.js';
import { openDataset } from '../../../src/load/datasets/open-dataset.js';
import { counting, messageOf, npyOf, npzOf, plain, temporaryFolder } from '../../support/files/data-files.js';

const { write } = temporaryFolder();

type Arrays = Parameters<typeof npzOf>[0];

const npz = (arrays: Arrays): string => write('x.npz', npzOf(arrays));

const two = (rows: number): readonly [readonly number[], readonly number[]] => [[rows, 2], counting(2 * rows)];

describe('names', () => {
  const single = (name: string): NetworkInput[] => [{ name, shape: [2] }];

  it.each([
    ['dense_input', { dense_input: two(1), x: two(2) }, 1],
    ['dense_input', { dense: two(1), x: two(2) }, 1],
    ['input_1:0', { input_1: two(1), x: two(2) }, 1],
    ['x', { x_input: two(1), data: two(2) }, 1],
    ['input_1', { anything: two(1), y: [[1], [0]], LABELS: [[1], [0]] }, 1],
    ['input_1', { extra: two(2), X: two(1) }, 1],
    ['input_1', { extra: two(2), images: two(1) }, 1],
    ['input_1', { x_train: two(3), y_train: [[3], [0, 1, 2]], x_test: two(1), y_test: [[1], [0]] }, 1],
    ['y', { y: two(1), x: two(2) }, 1],
  ] as [string, Arrays, number][])('the input %s is found (%#)', async (name, arrays, rows) => {
    expect((await openDataset(npz(arrays), single(name), plain)).available).toBe(rows);
  });

  it('of several inputs decide which array is which', async () => {
    const wanted = [
      { name: 'left_input', shape: [2] },
      { name: 'right', shape: [2] },
    ];
    expect((await openDataset(npz({ right: two(1), left: two(1), other: two(9) }), wanted, plain)).shapes).toEqual([
      [2],
      [2],
    ]);
    expect(await messageOf('FA104', npz({ left: two(1), x: two(1) }), wanted)).toContain(
      'x.npz: the arrays do not match the model\'s inputs; the model has "left_input", "right", the file has "left", "x"',
    );
    expect(await messageOf('FA104', write('x.npy', npyOf([1, 2], [1, 2])), wanted)).toContain(
      'one array without a name',
    );
    expect(await messageOf('FA102', npz({ left: two(1), right: two(3) }), wanted)).toContain(
      'x.npz array "left" and x.npz array "right" differ in their number of rows: 1 and 3',
    );
  });

  it('that are ambiguous are refused', async () => {
    expect(await messageOf('FA104', npz({ a: two(1), b: two(1) }), single('input_1'))).toContain('"a", "b"');
    expect(await messageOf('FA104', npz({ y: two(1) }), single('input_1'))).toContain('"y"');
  });
});
