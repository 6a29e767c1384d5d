import { describe, expect, it } from 'vitest';
import { upperQuantile } from '../../src/statistics/normal.js';
import { effectiveCount } from '../../src/statistics/sampling.js';
import { simultaneousWidth } from '../../src/statistics/simultaneous.js';
import { studentQuantile } from '../../src/statistics/student.js';
import { Random } from '../support/random.js';

/** scipy 1.17.1, stats.norm.isf(tail). */
const NORMAL = [
  [0.05, 1.6448536269514729],
  [0.025, 1.9599639845400545],
  [5e-4, 3.2905267314918945],
  [5e-5, 3.890591886413094],
  [5e-7, 4.891638475698591],
] as const;

/** scipy 1.17.1, stats.t.isf(tail, freedom), to ten digits. */
const STUDENT = [
  [0.025, 1, 12.70620474],
  [0.025, 4, 2.776445105],
  [0.025, 39, 2.02269092],
  [0.025, 500, 1.964719837],
  [5e-4, 2.5, 18.27789353],
  [5e-4, 5.3, 6.539922218],
  [5e-4, 10, 4.586893859],
  [5e-4, 199.5, 3.339960662],
  [5e-4, 200, 3.339835406],
  [5e-5, 4, 15.54410058],
  [5e-5, 150, 3.99777816],
  [5e-7, 4, 49.45863676],
  [5e-7, 10, 10.51648996],
  [5e-7, 39, 5.794287383],
  [5e-7, 500, 4.953275667],
  [5e-7, 1e6, 4.891668961],
] as const;

describe('quantiles', () => {
  it.each(NORMAL)('of the normal distribution beyond %d', (tail, x) => {
    expect(upperQuantile(tail) / x - 1).toBeCloseTo(0, 12);
  });

  it.each(STUDENT)("of Student's t beyond %d with %d degrees of freedom", (tail, freedom, x) => {
    // Simpson's rule, and the four terms of the expansion.
    expect(Math.abs(studentQuantile(tail, freedom) / x - 1)).toBeLessThanOrEqual(1e-6);
  });

  it("of Student's t tend to the normal ones", () => {
    expect(studentQuantile(1e-4, Infinity)).toBe(upperQuantile(1e-4));
  });
});

/** A standard normal number (Box and Muller 1958). */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(random.next())) * Math.cos(2 * Math.PI * random.next());

const repeated = <T>(count: number, f: () => T): T[] => Array.from({ length: count }, f);

describe('simultaneousWidth', () => {
  it('is the Bonferroni quantile: wider for more intervals and fewer degrees of freedom, and finally infinite', () => {
    expect(simultaneousWidth(1)).toBeCloseTo(3.2905267314918945, 10);
    expect(simultaneousWidth(10)).toBeCloseTo(3.890591886413094, 10);
    expect(simultaneousWidth(10, 4)).toBeCloseTo(15.54410058, 6);
    expect(simultaneousWidth(0)).toBe(simultaneousWidth(1));
    for (const freedom of [3.9, 0, -1, NaN]) expect(simultaneousWidth(1, freedom)).toBe(Infinity);
  });

  // Standard errors are taken from values, as those of audits are: mean and deviation of freedom + 1 normal numbers.
  it.each([
    { count: 1, freedom: 5 },
    { count: 8, freedom: 5 },
    { count: 8, freedom: 40 },
  ])('makes $count intervals with $freedom degrees of freedom all hold at the stated rate', ({ count, freedom }) => {
    const [familyError, runs] = [0.05, 4000];
    const random = new Random(`family ${count} ${freedom}`);
    const width = simultaneousWidth(count, freedom, familyError);
    const misses = (): boolean => {
      const values = repeated(freedom + 1, () => normal(random));
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
      return Math.abs(mean) > width * Math.sqrt(squares / freedom / values.length);
    };
    const wrong = repeated(runs, () => repeated(count, misses).includes(true)).filter(Boolean).length / runs;
    const noise = Math.sqrt((familyError * (1 - familyError)) / runs);
    expect(wrong).toBeLessThanOrEqual(familyError + 4 * noise);
    // Bonferroni gives away little where checks are independent.
    expect(wrong).toBeGreaterThanOrEqual(0.9 * familyError - 4 * noise);
  });
});

describe('effectiveCount', () => {
  it('is the number of equal values, and near 1 if one value dominates', () => {
    expect(effectiveCount(Float64Array.of(2, 2, 2, 2))).toBe(4);
    expect(effectiveCount(Float64Array.of(1, 1, 0, 0))).toBe(2);
    expect(effectiveCount(Float64Array.of(1000, 1, 1, 1))).toBeCloseTo(1, 1);
    expect(effectiveCount(Float64Array.of(0, 0))).toBe(0);
  });
});
