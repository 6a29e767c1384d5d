import { describe, expect, it } from 'vitest';
import { freedomOf, logSymmetricInterval, logarithmicWidth } from '../../src/statistics/interval.js';
import { simultaneousWidth } from '../../src/statistics/simultaneous.js';

describe('degrees of freedom', () => {
  it('are those of the subset, and unlimited without one', () => {
    expect(freedomOf(10, 100, 7.5)).toBe(7.5);
    expect(freedomOf(10, 100, null)).toBe(0);
    expect(freedomOf(100, 100, null)).toBe(Infinity);
  });
});

describe('the width in the logarithm', () => {
  it('is 0 if nothing was sampled, for any degrees of freedom', () => {
    expect(logarithmicWidth({ relativeError: 0, freedom: 0, tail: 0 }, 3)).toBe(0);
  });

  it('is unlimited if the error is unknown, or from too few values', () => {
    expect(logarithmicWidth({ relativeError: null, freedom: Infinity, tail: 0 }, 1)).toBe(Infinity);
    expect(logarithmicWidth({ relativeError: 0.1, freedom: 1, tail: 0 }, 1)).toBe(Infinity);
  });

  it('is the simultaneous width in standard errors', () => {
    expect(logarithmicWidth({ relativeError: 0.1, freedom: 20, tail: 0 }, 5)).toBe(simultaneousWidth(5, 20) * 0.1);
  });
});

describe('the interval', () => {
  it('is the value itself if the width is 0', () => {
    expect(logSymmetricInterval(0.3, 0)).toEqual({ lower: 0.3, upper: 0.3 });
  });

  it('is every positive number if the width is unlimited', () => {
    expect(logSymmetricInterval(2, Infinity)).toEqual({ lower: 0, upper: Infinity });
  });

  it('of an inverse has the inverse limits', () => {
    const { lower, upper } = logSymmetricInterval(4, 0.25);
    const inverse = logSymmetricInterval(1 / 4, 0.25);
    expect(lower * inverse.upper).toBeCloseTo(1, 14);
    expect(upper * inverse.lower).toBeCloseTo(1, 14);
    expect(Math.sqrt(lower * upper)).toBeCloseTo(4, 14);
  });
});
