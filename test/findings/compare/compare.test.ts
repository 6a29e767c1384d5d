import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Baseline, baselineOf } from '../../../src/results/baseline.js';
import { compare } from '../../../src/findings/compare/compare.js';
import { type LayerReport, type Report, reportSchema } from '../../../src/results/report.js';

const template = reportSchema.parse(
  JSON.parse(readFileSync(new URL('../../conformance/data/policy/report.json', import.meta.url), 'utf8')),
);

/** Figures of a layer as they may be: sampled or not, with or without information, exact or drawn. */
const layers = fc
  .array(
    fc.record({
      of: fc.constantFrom(...template.layers),
      size: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      sampling: fc.constantFrom(
        { samplingError: 0, samplingFreedom: null },
        { samplingError: null, samplingFreedom: null },
        { samplingError: 0.01, samplingFreedom: 100 },
        { samplingError: 0.3, samplingFreedom: 8 },
        { samplingError: 0.01, samplingFreedom: 1 },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) =>
    list.map(({ of, size, sampling }, k): LayerReport => {
      const audited = sampling.samplingError === 0 ? of.parameters.total : Math.ceil(of.parameters.total / 2);
      return {
        ...of,
        ...sampling,
        name: `layer_${k}`,
        fisher: { ...of.fisher, mean: of.fisher.mean * size },
        parameters: { ...of.parameters, audited },
      };
    }),
  );

const reports = fc
  .record({ layers, skipped: fc.boolean(), synthetic: fc.boolean() })
  .map(({ layers, skipped, synthetic }): Report => {
    const parameters = layers.reduce((sum, layer) => sum + layer.parameters.total, skipped ? 50 : 0);
    const gone = { name: 'gone', type: 'Dense', parameters: 50, reason: 'skipped' as const };
    const { model, data } = template;
    return {
      ...template,
      model: { ...model, parameters },
      data: { ...data, synthetic },
      layers,
      notAudited: skipped ? [gone] : [],
    };
  });

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
