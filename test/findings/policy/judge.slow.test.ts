import { judged } from '../../support/reports/judged.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../src/results/baseline.js';
import { type PolicyInput, policyFrom, policySchema } from '../../../src/findings/policy/policy.js';
import type { Report } from '../../../src/results/report.js';
import type { Verdict } from '../../../src/results/verdict.js';
import { conclude } from '../../../src/cli/exit-status.js';
import { reportFormats } from '../../../src/report/formats/index.js';
import { reports, template } from '../../support/reports/any-reports.js';

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

/** The exit status of a verdict. */
function statusOf(verdict: Verdict): number {
  const io = { stderr: { write: () => true } } as unknown as Parameters<typeof conclude>[2];
  return conclude(verdict, { reports: [], by: 'layer', colour: false }, io);
}

const statuses = { pass: 0, fail: 1, inconclusive: 4, incomplete: 0 };

/** The last line, lines joined. */
const lastOf = (text: string): string => text.trimEnd().split('\n\n').at(-1)?.replace(/\s+/g, ' ') ?? '';

/** Every layer was audited in full or compared with a limit, and the policy accepts the skipped layers. */
function expectAllLookedAt(report: Report, { checks, failures }: Verdict, coverageAccepts: boolean): void {
  expect(failures).toEqual([]);
  const checked = new Set(checks.map(({ layer }) => layer));
  for (const { name, samplingError } of report.layers)
    expect(samplingError === 0 || checked.has(name), name).toBe(true);
  expect(report.notAudited.length === 0 || coverageAccepts).toBe(true);
}

describe('a verdict', () => {
  it('passes only layers that were decided, and its exit status and last line agree with it', () => {
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
          expect(interval.lower, rule).toBeLessThanOrEqual(value!);
          expect(interval.upper ?? Infinity, rule).toBeGreaterThanOrEqual(value!);
        }
        const shown = reportFormats.table.render({ ...report, verdict }, { width: 80, colour: false, by: 'layer' });
        expect(lastOf(shown)).toContain(`: ${outcome}`);
        if (!passed) expect(lastOf(shown)).not.toMatch(/: pass$/);
      }),
      { numRuns: 400 },
    );
  });
});
