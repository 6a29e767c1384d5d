import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Group, Route } from '../../../src/engine/plan/types.js';
import { packRanges, splitGroup } from '../../../src/engine/plan/unit-ranges.js';

/** A group of some units; its other fields do not matter here. */
const groupOf = (units: number, kind: Route['kind']): Group =>
  ({ indices: Array.from({ length: units }, (_, k) => k), weights: [{ route: { kind } }] }) as unknown as Group;

const sizes = fc.integer({ min: 1, max: 200 });
const limits = fc.double({ min: 0.1, max: 100, noNaN: true });

describe('the ranges of a group', () => {
  it('cover each unit once, in order, and keep the limit', () => {
    fc.assert(
      fc.property(sizes, limits, (units, limit) => {
        const ranges = splitGroup(groupOf(units, 'diagonal'), limit);
        const covered = ranges.flatMap((one) => Array.from({ length: one.units }, (_, k) => one.firstUnit + k));
        expect(covered).toEqual(Array.from({ length: units }, (_, k) => k));
        for (const range of ranges) expect(range.units).toBeLessThanOrEqual(Math.max(1, limit));
      }),
    );
  });

  it('are one where a unit serves many parameters', () => {
    expect(splitGroup(groupOf(50, 'outer'), 3)).toMatchObject([{ firstUnit: 0, units: 50 }]);
  });
});

it('packed ranges keep their order, and a pass is above the limit only if it has one range', () => {
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 1, maxLength: 20 }), sizes, (units, limit) => {
      const ranges = units.map((one) => splitGroup(groupOf(one, 'outer'), 1)[0]!);
      const passes = packRanges(ranges, limit);
      expect(passes.flat()).toEqual(ranges);
      for (const pass of passes) {
        const all = pass.reduce((sum, range) => sum + range.units, 0);
        expect(pass.length === 1 || all <= limit).toBe(true);
      }
    }),
  );
});
