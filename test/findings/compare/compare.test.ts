import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Baseline, baselineOf } from '../../../src/results/baseline.js';
import { compare } from '../../../src/findings/compare/compare.js';
import { reports } from '../../support/reports/any-reports.js';

describe('a comparison', () => {
  const none = new Map();
  const options = { maxIncrease: 0.1, maxFactor: 1.5, failOn: 'worse' as const };

  it('lists every layer of both sides once, and passes only layers that it could compare', () => {
    const side = (sha256: string) =>
      reports.map((report): Baseline => ({ ...baselineOf(report), model: { path: sha256, sha256 } }));
    fc.assert(
      fc.property(side('a'), side('b'), (base, head) => {
        const { layers, verdict } = compare(
          { figures: base, sampled: none },
          { figures: head, sampled: none },
          options,
        );
        const all = [base, head].flatMap((one) => [...Object.keys(one.layers), ...one.skipped]);
        const listed = layers.flatMap(({ name, renamedFrom }) => [
          name,
          ...(renamedFrom === null ? [] : [renamedFrom]),
        ]);
        expect(new Set(listed)).toEqual(new Set(all));
        expect(new Set(listed).size).toBe(listed.length);
        for (const { change, base: before, head: after } of layers) {
          if (before === null || after === null) expect(change).toBe('cannot tell');
        }
        if (verdict.passed)
          expect(layers.every(({ change }) => change !== 'cannot tell' && change !== 'worse')).toBe(true);
      }),
    );
  });

  it('of a model with itself is never worse, whatever was sampled', () => {
    fc.assert(
      fc.property(reports, reports, (a, b) => {
        const [base, head] = [baselineOf(a), baselineOf(b)];
        const { layers } = compare({ figures: base, sampled: none }, { figures: head, sampled: none }, options);
        expect(layers.every(({ change }) => change !== 'worse')).toBe(true);
      }),
    );
  });
});
