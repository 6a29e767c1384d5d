import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Baseline, baselineOf } from '../../src/results/baseline.js';
import { compare } from '../../src/findings/compare/compare.js';
import { type PolicyInput, policyFrom, policySchema } from '../../src/findings/policy/policy.js';
import { type LayerReport, type Report, type Verdict, reportSchema } from '../../src/results/report.js';
import { conclude } from '../../src/cli/verdict.js';
import { reportFormats } from '../../src/report/formats/index.js';
import { judged } from '../support/judged.js';

const template = reportSchema.parse(
  JSON.parse(readFileSync(new URL('data/policy/report.json', import.meta.url), 'utf8')),
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

const limits = {
  maxError: fc.constantFrom(1, 2, 1000),
  minFisher: fc.constantFrom(0, 1e-6),
  maxFisher: fc.constantFrom(1e-4, 10),
};
const policies = fc.record(
  {
    ...limits,
    maxVarianceRatio: fc.constantFrom(1, 1e6),
    requireEstimator: fc.constantFrom('gradient', 'hessian'),
    requireCoverage: fc.constantFrom(0, 0.5, 1),
    requireData: fc.boolean(),
    maxIncrease: fc.constantFrom('10%', '1000%'),
    layers: fc.dictionary(fc.constantFrom('layer_0', 'layer_*', 'none'), fc.record(limits, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);

const source = ([setting = '']: readonly string[]) => ({ file: 'policy.json', line: null, setting });

/** What the command line makes of a verdict. */
function statusOf(verdict: Verdict): number {
  const io = { stderr: { write: () => true } } as unknown as Parameters<typeof conclude>[2];
  return conclude(verdict, [], io);
}

const statuses = { pass: 0, fail: 1, inconclusive: 4, incomplete: 0 };

/** The last line, lines joined. */
const lastOf = (text: string): string => text.trimEnd().split('\n\n').at(-1)?.replace(/\s+/g, ' ') ?? '';

/** Every layer was audited in full or held against a limit; what was skipped was accepted. */
function expectAllLookedAt(report: Report, { checks, failures }: Verdict, coverageAccepts: boolean): void {
  expect(failures).toEqual([]);
  const checked = new Set(checks.map(({ layer }) => layer));
  for (const { name, samplingError } of report.layers)
    expect(samplingError === 0 || checked.has(name), name).toBe(true);
  expect(report.notAudited.length === 0 || coverageAccepts).toBe(true);
}

describe('a verdict', () => {
  it('passes only what was decided and looked at, and says and exits what it found', () => {
    fc.assert(
      fc.property(reports, policies, fc.boolean(), (report, written, withBaseline) => {
        const policy = policyFrom(policySchema.parse(written) as PolicyInput, source);
        const baseline = withBaseline ? { ...baselineOf(template), model: { path: 'b', sha256: 'b' } } : null;
        const verdict = judged({ report, baseline }, policy);
        const { passed, outcome, checks, failures } = verdict;
        expect(passed).toBe(outcome === 'pass');
        expect(statusOf(verdict)).toBe(statuses[outcome]);
        expect(failures).toEqual(checks.filter((check) => check.outcome !== 'pass'));
        if (passed) expectAllLookedAt(report, verdict, policy.has('requireCoverage'));
        for (const { interval, value, outcome: own, rule } of checks) {
          if (interval === null || own === 'inconclusive') continue;
          expect(interval.lower, rule).toBeLessThanOrEqual(value as number);
          expect(interval.upper ?? Infinity, rule).toBeGreaterThanOrEqual(value as number);
        }
        const shown = reportFormats.table.render({ ...report, verdict }, { width: 80, colour: false, by: 'layer' });
        expect(lastOf(shown)).toContain(`: ${outcome}`);
        if (!passed) expect(lastOf(shown)).not.toMatch(/: pass$/);
      }),
      { numRuns: 400 },
    );
  });

  it('passes no layer of the baseline for having gone', () => {
    const [first, ...layers] = template.layers;
    const policy = policyFrom({ maxIncrease: 0.1 }, source);
    const verdict = judged({ report: { ...template, layers }, baseline: baselineOf(template) }, policy);
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.failures.map(({ rule, layer }) => [rule, layer])).toEqual([['maxIncrease', first?.name]]);
  });

  it('of a subset without standard error, since its values are equal, is incomplete', () => {
    const layers = template.layers.map((layer) => ({
      ...layer,
      ...{ samplingError: 0, parameters: { ...layer.parameters, audited: layer.parameters.total - 1 } },
    }));
    expect(judged({ report: { ...template, layers }, baseline: null }, new Map()).outcome).toBe('incomplete');
  });

  it('without a policy passes only where everything was audited', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const { outcome } = judged({ report, baseline: null }, new Map());
        const complete = report.notAudited.length === 0 && report.layers.every((layer) => layer.samplingError === 0);
        expect(outcome).toBe(complete ? 'pass' : 'incomplete');
      }),
    );
  });
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
