import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/load/datasets/open-dataset.js';
import { counting, messageOf, npyOf, plain, readAll, temporaryFolder, wants } from '../../support/files/data-files.js';

const { write } = temporaryFolder();

describe('shapes', () => {
  it.each([
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    [[6], [2, 3], [2, 3]],
    [[2, 3], [6], [6]],
    [
      [2, 3],
      [2, 3, 1],
      [2, 3, 1],
    ],
    [
      [1, 2, 3],
      [2, 3],
      [2, 3],
    ],
    [[], [1], [1]],
    [[1], [], []],
    [
      [2, 3],
      [null, 3],
      [2, 3],
    ],
    [
      [2, 3],
      [null, null],
      [2, 3],
    ],
  ])('rows of %j fit %j as %j', async (row, wanted, result) => {
    const count = row.reduce((product, size) => product * size, 1);
    const path = write('x.npy', npyOf([2, ...row], counting(2 * count)));
    const dataset = await openDataset(path, wants(...wanted), plain);
    expect(dataset.shapes).toEqual([result]);
    expect((await readAll(dataset))[0]).toEqual(counting(2 * count));
  });

  it.each([
    [
      [2, 3],
      [3, 2],
    ],
    [[2, 3], [7]],
    [[6], [2, 4]],
    [
      [2, 3],
      [null, 4],
    ],
    [[6], [null, 3]],
    [
      [2, 2],
      [4, 1, 2],
    ],
  ])('rows of %j do not fit %j', async (row, wanted) => {
    const count = row.reduce((product, size) => product * size, 1);
    await messageOf('FA104', write('x.npy', npyOf([2, ...row], counting(2 * count))), wants(...wanted));
  });

  it('that do not fit are reported with the shapes of the model and of the file', async () => {
    const images = write('x.npy', npyOf([1, 28, 28], counting(784)));
    expect(await messageOf('FA104', images, wants(10))).toBe(
      'x.npy: rows of shape [28, 28] (784 numbers), but the model\'s input "dense_input" has shape [10]' +
        ' · save rows of shape [10], or flat rows with as many numbers',
    );
    expect(await messageOf('FA104', images, wants(null, 10))).toContain('has shape [any, 10]');
    expect(await messageOf('FA104', write('x.npy', npyOf([10], counting(10))), wants(10))).toContain('[1, 10]');
  });
});
