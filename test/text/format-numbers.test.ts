import { describe, expect, it } from 'vitest';
import { besideLimit } from '../../src/text/format-numbers.js';

describe('a limit', () => {
  it.each([
    [0, '0'],
    [0.001, '0.001'],
    [1e-7, '1e-7'],
    [1.234e-5, '1.234e-5'],
    [12.5, '12.5'],
    [2e9, '2e9'],
  ])('%d is written with the digits that it was given with', (limit, expected) => {
    expect(besideLimit(3, limit)[1]).toBe(expected);
  });
});
