import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AuditError, type ErrorCode } from '../../../src/errors.js';
import { likelihoods } from '../../../src/likelihoods/index.js';
import type { Family } from '../../../src/likelihoods/families.js';
import type { NetworkInput } from '../../../src/network/inputs.js';
import { openDataset } from '../../../src/load/datasets/open-dataset.js';
import { withOwnLabels } from '../../../src/load/datasets/own-labels.js';
import { syntheticDataset } from '../../../src/load/datasets/synthetic-dataset.js';
import { counting, idxBytes, npyOf, npzOf, plain, temporaryFolder, wants } from '../../support/files/data-files.js';

const { write } = temporaryFolder();
type Arrays = Parameters<typeof npzOf>[0];
const two = (rows: number): readonly [readonly number[], readonly number[]] => [[rows, 2], counting(2 * rows)];
const npz = (arrays: Arrays): string => write('x.npz', npzOf(arrays));

/** Labels of all rows, for a model with outputs of this shape. */
async function labelsIn(
  path: string,
  family: Family = 'categorical',
  outputs: readonly number[] = [3],
  wanted: NetworkInput[] = wants(2),
  size = 2,
): Promise<number[]> {
  const likelihood = likelihoods[family];
  const blocks = likelihood.blocks(outputs);
  const blockSize = outputs.reduce((product, axis) => product * axis, 1) / blocks;
  const opened = await openDataset(path, wanted, { ...plain, scale: 7, offset: 1, outputs: null, labels: true });
  const dataset = withOwnLabels(opened, { blocks, blockSize, range: likelihood.labels });
  const all: number[] = [];
  for await (const { labels, values, count } of dataset.batches(size, Infinity)) {
    expect(labels).toHaveLength(blocks * count);
    expect(values).toHaveLength(1);
    all.push(...(labels ?? []));
  }
  return all;
}

async function refused(code: ErrorCode, ...call: Parameters<typeof labelsIn>): Promise<string> {
  const error: unknown = await labelsIn(...call).catch((reason: unknown) => reason);
  if (!(error instanceof AuditError) || error.code !== code) throw new Error(`${code} expected, got ${String(error)}`);
  return error.message;
}

describe('labels beside the inputs', () => {
  const files = {
    'x.npz': () => npzOf({ x: two(5), y: [[5], [0, 1, 2, 1, 0]] }),
    'column.npz': () =>
      npzOf({
        data: two(5),
        labels: [
          [5, 1],
          [0, 1, 2, 1, 0],
        ],
      }),
    'x.csv': () => `a,b,label\n${[0, 1, 2, 1, 0].map((y, row) => `${row},${row},${y}`).join('\n')}\n`,
    'first.csv': () => `target,a,b\n${[0, 1, 2, 1, 0].map((y, row) => `${y},${row},${row}`).join('\n')}\n`,
    'x.jsonl': () => [0, 1, 2, 1, 0].map((y) => JSON.stringify({ x: [1, 2], target: y })).join('\n'),
    'x.json': () => JSON.stringify({ inputs: [[1, 2]].concat(Array(4).fill([3, 4])), y: [0, 1, 2, 1, 0] }),
  };

  it.each(Object.entries(files))('in %s are read, and not scaled', async (name, contents) => {
    for (const size of [1, 2, 100]) {
      expect(await labelsIn(write(name, contents()), 'categorical', [3], wants(2), size)).toEqual([0, 1, 2, 1, 0]);
    }
  });

  it('may be a separate file beside images in IDX', async () => {
    write('t10k-labels-idx1-ubyte', idxBytes(8, 'u1', [5], [0, 1, 2, 1, 0]));
    const images = idxBytes(8, 'u1', [5, 1, 2], counting(10));
    expect(await labelsIn(write('t10k-images-idx3-ubyte', images))).toEqual([0, 1, 2, 1, 0]);
    expect(await refused('FA106', write('train-images-idx3-ubyte', images))).toContain('has no labels');
    write('few-labels.idx1-ubyte.gz', gzipSync(idxBytes(8, 'u1', [4], [0, 1, 2, 1])));
    const few = await refused('FA106', write('few-images.idx3-ubyte.gz', gzipSync(images)));
    expect(few).toContain('the number of rows is 4 for the labels "labels", but 5 for the inputs');
  });

  it('are those of the same part as the inputs', async () => {
    const arrays = { x_train: two(1), x_test: two(2), y_train: [[1], [9]], y_test: [[2], [1, 2]] } as const;
    expect(await labelsIn(npz(arrays))).toEqual([1, 2]);
    expect(await refused('FA106', npz({ x: two(1), y: [[1], [0]], label: [[1], [0]] }))).toContain(
      'x.npz has several arrays of labels: "y", "label"',
    );
  });

  it('may be one-hot rows', async () => {
    const rows = [0, 1, 0, 1, 0, 0];
    expect(await labelsIn(npz({ x: two(2), y: [[2, 3], rows] }))).toEqual([1, 0]);
    expect(await labelsIn(npz({ x: two(1), y: [[1, 2, 3], rows] }), 'categorical', [2, 3])).toEqual([1, 0]);
    for (const wrong of [
      [0, 0, 0],
      [1, 1, 0],
      [0.5, 0.5, 0],
      [1, 0, 1e-9],
    ]) {
      const path = npz({
        x: two(3),
        y: [
          [3, 3],
          [...rows, ...wrong],
        ],
      });
      expect(await refused('FA106', path)).toContain(
        'x.npz array "y" row 2: 3 numbers that are not one 1 and otherwise 0',
      );
    }
  });

  it('have one number for each block of outputs', async () => {
    const sequences = npz({
      x: two(2),
      y: [
        [2, 2],
        [0, 2, 1, 1],
      ],
    });
    expect(await labelsIn(sequences, 'categorical', [2, 3])).toEqual([0, 2, 1, 1]);
    expect(await labelsIn(sequences, 'gaussian', [2])).toEqual([0, 2, 1, 1]);
    expect(await labelsIn(sequences, 'poisson', [2])).toEqual([0, 2, 1, 1]);
    expect(await refused('FA106', sequences, 'bernoulli', [2])).toContain(
      'x.npz array "y" row 0, label 1: 2 is not among the labels 0 and 1 · rows and labels are counted from 0',
    );
  });

  it.each([
    ['categorical', [3], 3, 'the classes 0 to 2'],
    ['categorical', [3], -1, 'the classes 0 to 2'],
    ['categorical', [3], 0.5, 'the classes 0 to 2'],
    ['bernoulli', [1], 0.5, 'the labels 0 and 1'],
    ['poisson', [1], -1, 'the counts 0, 1, 2, …'],
    ['poisson', [1], 1.5, 'the counts 0, 1, 2, …'],
  ] as const)('of a %s with outputs %j cannot be %d', async (family, outputs, value, range) => {
    const path = npz({ x: two(4), y: [[4], [0, 1, 0, value]] });
    expect(await refused('FA106', path, family, outputs)).toContain(
      `x.npz array "y" row 3: ${value} is not among ${range}`,
    );
  });

  it('must be finite numbers', async () => {
    const path = npz({ x: two(2), y: [[2], [0, NaN]] });
    expect(await refused('FA103', path)).toContain('x.npz array "y" row 1: NaN is not a finite number');
    expect(await refused('FA103', write('x.csv', 'a,b,y\n1,2,cat\n'))).toContain('line 2, column 3: "cat"');
  });

  it('of another width or number are refused', async () => {
    const width = await refused(
      'FA106',
      npz({
        x: two(2),
        y: [
          [2, 2],
          [0, 0, 0, 0],
        ],
      }),
    );
    expect(width).toContain(
      'x.npz array "y": numbers in a row of labels: 2 · the labels of this model are the classes 0 to 2, 1 or 3 in a row',
    );
    expect(await refused('FA106', npz({ x: two(2), y: [[2], [0, 0]] }), 'bernoulli', [4])).toContain(
      'numbers in a row of labels: 1',
    );
    expect(await refused('FA106', npz({ x: two(3), y: [[2], [0, 0]] }))).toContain(
      '2 for the labels "y", but 3 for the inputs',
    );
    const uneven = write('x.csv', 'a,b,y\n1,2,0\n1,2\n');
    expect(await refused('FA102', uneven)).toContain('x.csv line 3: the number of cells is 2');
  });

  it('that are missing are an error that says how to provide them', async () => {
    expect(await refused('FA106', npz({ x: two(2) }))).toMatch(
      /--labels: .*x\.npz has no labels · .* · put inputs x and labels y into one \.npz, or omit --labels$/,
    );
    expect(await refused('FA106', write('x.npy', npyOf([1, 2], [1, 2])))).toContain('has no labels');
    const form = { blocks: 1, blockSize: 3, range: likelihoods.categorical.labels };
    expect(() => withOwnLabels(syntheticDataset(wants(2), { seed: 0 }), form)).toThrow(/^FA107 --labels needs/);
  });
});
