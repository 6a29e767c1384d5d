import fc from 'fast-check';
import { expect, it } from 'vitest';
import { workOf } from '../../../src/engine/plan/cost-model.js';
import { chooseDerivations, reversePassesFor } from '../../../src/engine/plan/derivation.js';
import type { Candidate } from '../../../src/engine/plan/types.js';

const costOf = (productFlops: number) => ({ flops: productFlops, productFlops, passes: 0, widest: 1 });

const candidates = fc.array(
  fc.record({
    start: fc.constant(0),
    size: fc.integer({ min: 1, max: 1000 }),
    direct: fc.boolean(),
    order: fc.constantFrom<Candidate['order']>(1, 2),
    cost: fc.integer({ min: 1, max: 1e6 }).map(costOf),
  }),
  { minLength: 1, maxLength: 6 },
);

it('second derivatives come from forward jets, and reverse passes are used only where they save work', () => {
  fc.assert(
    fc.property(candidates, fc.integer({ min: 1, max: 100 }), (all, outputs) => {
      const passes = reversePassesFor(outputs, 64, costOf(1e5));
      const chosen = chooseDerivations(all, passes, { parameters: 'all' });
      const reversed = all.filter((_, k) => chosen[k] !== 'forward-jets');
      expect(reversed.every(({ order }) => order === 1)).toBe(true);
      const saved = reversed.reduce((sum, { size, cost }) => sum + workOf({ count: size, cost }), 0);
      if (reversed.length > 0) expect(saved).toBeGreaterThan(workOf(passes));
    }),
  );
});

it('reverse passes are one for each output, until these are more than the labels that are drawn', () => {
  expect(reversePassesFor(1000, 1000, costOf(1))).toMatchObject({ derivation: 'reverse-passes', count: 1000 });
  const drawn = reversePassesFor(1001, 1000, costOf(1));
  expect(drawn.derivation).toBe('label-draws');
  expect(drawn.count).toBeGreaterThan(1000);
});
