import { describe, expect, it } from 'vitest';
import { erf, normalDensity, normalDistribution } from '../../src/statistics/normal.js';
import { refute } from '../support/differences.js';
import { EPSILON_64 } from '../support/numbers.js';

/** Beyond this e^x is no number any more. */
const FAR = 700;

describe('the error function', () => {
  // Abramowitz and Stegun (1964), table 7.1, to 16 digits.
  const known = [
    [0, 0],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
  ] as const;

  it.each(known)('erf(%d)', (x, value) => {
    expect(Math.abs(erf(x) - value)).toBeLessThanOrEqual(EPSILON_64);
    expect(erf(-x)).toBe(-erf(x));
  });

  it('is continuous where its two forms meet', () => {
    for (const border of [2.5, 6]) {
      expect(Math.abs(erf(border + 1e-12) - erf(border - 1e-12))).toBeLessThanOrEqual(1e-11);
    }
  });

  it('agrees with the normal distribution', () => {
    for (const x of [-8, -3, -0.7, 0, 0.2, 1.5, 3.6, 9]) {
      const claim = { first: [normalDensity(x)], second: [-x * normalDensity(x)] };
      expect(
        refute((t) => [normalDistribution(x + t)], claim),
        `at ${x}`,
      ).toBeNull();
    }
    expect(normalDistribution(-FAR)).toBe(0);
    expect(normalDistribution(FAR)).toBe(1);
  });
});
