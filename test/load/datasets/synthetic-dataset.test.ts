import { describe, expect, it } from 'vitest';
import { AuditError } from '../../../src/errors.js';
import { syntheticDataset } from '../../../src/load/datasets/synthetic-dataset.js';
import { readAll, wants } from '../../support/files/data-files.js';

const wanted = [
  { name: 'a', shape: [3, 5] },
  { name: 'b', shape: [2] },
];

describe('syntheticDataset', () => {
  it('is marked as synthetic and unlimited', () => {
    const { path, synthetic, available, shapes } = syntheticDataset(wanted, { seed: 0 });
    expect({ path, synthetic, available, shapes }).toEqual({
      path: null,
      synthetic: true,
      available: null,
      shapes: [[3, 5], [2]],
    });
  });

  it.each([1, 7, 256])('holds the same rows in batches of %i', async (size) => {
    const dataset = syntheticDataset(wanted, { seed: 3 });
    expect(await readAll(dataset, size, 50)).toEqual(await readAll(dataset, 50, 50));
  });

  it('depends on seed, input, row and position', async () => {
    const [a, b] = await readAll(syntheticDataset(wanted, { seed: 3 }), 9, 100);
    const [other] = await readAll(syntheticDataset(wanted, { seed: 3 + 2 ** 40 }), 9, 100);
    expect(new Set([...a!, ...b!, ...other!]).size).toBe(100 * (15 + 2 + 15));
  });

  it('is standard normal', async () => {
    const [values] = await readAll(syntheticDataset(wants(101), { seed: 0 }), 64, 1000);
    const count = values!.length;
    const moment = (power: number): number => values!.reduce((sum, value) => sum + value ** power, 0) / count;
    const expected = [0, 1, 0, 3];
    const variance = [1, 2, 15, 96];
    expected.forEach((value, i) => {
      expect(Math.abs(moment(i + 1) - value)).toBeLessThan(4 * Math.sqrt(variance[i]! / count));
    });
    const neighbours = values!.slice(1).reduce((sum, value, i) => sum + value * values![i]!, 0) / count;
    expect(Math.abs(neighbours)).toBeLessThan(4 / Math.sqrt(count));
  });

  it('draws integers below the size of a vocabulary, each equally often', async () => {
    const dataset = syntheticDataset([{ name: 'a', shape: [3], vocabulary: 5 }], { seed: 1 });
    const [values] = await readAll(dataset, 7, 5000);
    const counts = [0, 1, 2, 3, 4].map((k) => values!.filter((value) => value === k).length);
    expect(counts.reduce((a, b) => a + b)).toBe(15000);
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(4 * Math.sqrt(15000 * 0.2 * 0.8));
    expect(await readAll(dataset, 5000, 5000)).toEqual([values]);
  });

  it('is refused if the model has an open size, or if all inputs are requested', async () => {
    expect(() => syntheticDataset(wants(null, 3), { seed: 0 })).toThrow(
      /^FA107 .*does not fix the sizes of its input "dense_input": \[any, 3\]/,
    );
    await expect(readAll(syntheticDataset(wanted, { seed: 0 }), 1, Infinity)).rejects.toThrow(AuditError);
  });
});
