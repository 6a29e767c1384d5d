import { describe, expect, it } from 'vitest';
import { chooseSubset } from '../../src/statistics/subset.js';

describe('chooseSubset', () => {
  it.each([
    [5, 5],
    [5, 9],
    [1, 1],
  ])('takes all of %i if %i are allowed', (size, limit) => {
    expect(chooseSubset(size, limit, 3, 1)).toEqual(Array.from({ length: size }, (_, k) => k));
  });

  it.each([
    [10, 1],
    [10, 9],
    [1000, 37],
    [100_000, 4096],
  ])('of %i takes %i different ones, in order', (size, limit) => {
    for (let seed = 0; seed < 20; seed++) {
      const subset = chooseSubset(size, limit, seed, 2);
      expect(subset.length).toBe(limit);
      expect(subset.every((index, k) => index > (subset[k - 1] ?? -1) && index < size)).toBe(true);
    }
  });

  it('depends only on the seed and the stream', () => {
    const one = chooseSubset(1000, 20, 1, 5);
    expect(chooseSubset(1000, 20, 1, 5)).toEqual(one);
    expect(chooseSubset(1000, 20, 2, 5)).not.toEqual(one);
    expect(chooseSubset(1000, 20, 1, 6)).not.toEqual(one);
  });

  it.each([
    [12, 5],
    [7, 1],
    [9, 8],
  ])('of %i takes each %i-subset equally often', (size, limit) => {
    const runs = 20_000;
    const single = new Float64Array(size);
    const pairs = new Float64Array(size * size);
    for (let seed = 0; seed < runs; seed++) {
      const subset = chooseSubset(size, limit, seed, 0);
      for (const i of subset) {
        single[i] = single[i]! + 1;
        for (const k of subset) if (i < k) pairs[i * size + k] = pairs[i * size + k]! + 1;
      }
    }
    const expectShare = (count: number, share: number): void =>
      expect(Math.abs(count / runs - share)).toBeLessThanOrEqual(4.5 * Math.sqrt((share * (1 - share)) / runs));
    for (const count of single) expectShare(count, limit / size);
    for (let i = 0; i < size; i++) {
      for (let k = i + 1; k < size; k++) {
        expectShare(pairs[i * size + k]!, (limit / size) * ((limit - 1) / (size - 1)));
      }
    }
  });
});
