import { describe, expect, it } from 'vitest';
import { type Counter, type Key, keyOf, philox4x32, uniform } from '../../src/statistics/philox.js';

const ALL = 0xffffffff;

/** Random123's kat_vectors file, philox 4x32 with 10 rounds. */
const known: { title: string; counter: Counter; key: Key; words: number[] }[] = [
  { title: 'zeros', counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    title: 'ones',
    counter: [ALL, ALL, ALL, ALL],
    key: [ALL, ALL],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    title: 'the digits of pi',
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

describe('philox4x32-10', () => {
  it.each(known)('known answer: $title', ({ counter, key, words }) => {
    expect([...philox4x32(counter, key)]).toEqual(words);
  });

  it('reads signed words as unsigned', () => {
    expect(philox4x32([-1, -1, -1, -1], [-1, -1])).toEqual(philox4x32([ALL, ALL, ALL, ALL], [ALL, ALL]));
  });
});

describe('uniform', () => {
  it('is strictly between 0 and 1 for all words', () => {
    for (const high of [0, 1, 0x80000000, ALL]) {
      for (const low of [0, 1, 0xfff, 0x1000, ALL]) {
        expect(uniform(high, low)).toBeGreaterThan(0);
        expect(uniform(high, low)).toBeLessThan(1);
      }
    }
    expect(uniform(-1, -1)).toBe(uniform(ALL, ALL));
    expect(1 - uniform(ALL, ALL)).toBe(uniform(0, 0));
  });

  it('has the first moments of its distribution', () => {
    const n = 50_000;
    const sums = [0, 0, 0];
    for (let k = 0; k < n; k++) {
      const [a = 0, b = 0, c = 0, d = 0] = philox4x32([k, 0, 0, 0], [1, 2]);
      const [u, v] = [uniform(a, b), uniform(c, d)];
      [u, u * u, u * v].forEach((x, power) => (sums[power] = sums[power]! + x / n));
    }
    // Means and variances of u, u² and u·v: 1/12, 4/45 and 7/144.
    const exact = [
      [1 / 2, 1 / 12],
      [1 / 3, 4 / 45],
      [1 / 4, 7 / 144],
    ] as const;
    exact.forEach(([mean, variance], power) => {
      expect(Math.abs(sums[power]! - mean)).toBeLessThanOrEqual(4.5 * Math.sqrt(variance / n));
    });
  });
});

describe('keyOf', () => {
  it('splits a seed into two words without loss', () => {
    expect(keyOf(0)).toEqual([0, 0]);
    expect(keyOf(2 ** 32 - 1)).toEqual([ALL, 0]);
    expect(keyOf(2 ** 32)).toEqual([0, 1]);
    expect(keyOf(Number.MAX_SAFE_INTEGER)).toEqual([ALL, 2 ** 21 - 1]);
  });
});
