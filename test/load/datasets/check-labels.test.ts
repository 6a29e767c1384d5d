import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/load/datasets/open-dataset.js';
import { counting, messageOf, npzOf, plain, temporaryFolder, wants } from '../../support/files/data-files.js';

const { write } = temporaryFolder();

type Arrays = Parameters<typeof npzOf>[0];

const npz = (arrays: Arrays): string => write('x.npz', npzOf(arrays));

const two = (rows: number): readonly [readonly number[], readonly number[]] => [[rows, 2], counting(2 * rows)];

describe('labels', () => {
  const outputs = (...shape: (number | null)[]) => ({ ...plain, outputs: shape });
  const labelled = (width: number, rows = 4): string => npz({ x: two(4), y: [[rows, width], counting(rows * width)] });

  it.each([
    [1, [10]],
    [10, [10]],
    [1, [5, 10]],
    [5, [5, 10]],
    [50, [5, 10]],
    [7, [null, 10]],
  ])('of %i numbers go with outputs %j', async (width, shape) => {
    expect((await openDataset(labelled(width), wants(2), outputs(...shape))).available).toBe(4);
  });

  it('of another width or row count are refused', async () => {
    expect(await messageOf('FA106', labelled(3), wants(2), outputs(10))).toContain(
      'x.npz: the labels "y" have 3 numbers in a row · labels for an output of shape [10] have 1 or 10',
    );
    expect(await messageOf('FA106', labelled(7), wants(2), outputs(5, 10))).toContain('1 or 5 or 50');
    expect(await messageOf('FA106', labelled(1, 3), wants(2))).toContain(
      'the number of rows is 3 for the labels "y", but 4 for the inputs',
    );
  });
});
