import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawsForError, errorAtDraws } from '../../src/statistics/draw-counts.js';

const errors = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const counts = fc.integer({ min: 1, max: 1e4 });

it('the draws for an error reach it, and one draw less does not', () => {
  fc.assert(
    fc.property(errors, counts, errors, (error, draws, limit) => {
      const needed = drawsForError(error, draws, limit);
      expect(errorAtDraws(error, draws, needed)).toBeLessThanOrEqual(limit * (1 + 1e-11));
      if (needed > 1) expect(errorAtDraws(error, draws, needed - 1)).toBeGreaterThan(limit);
    }),
  );
});

it('a count that is an integer is not rounded up', () => {
  fc.assert(
    fc.property(errors, counts, counts, (error, draws, needed) => {
      expect(drawsForError(error, draws, errorAtDraws(error, draws, needed))).toBe(needed);
    }),
  );
});
