import { judged } from '../../support/reports/judged.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../src/results/baseline.js';
import { policyFrom } from '../../../src/findings/policy/policy.js';
import { reports, template } from '../../support/reports/any-reports.js';

const source = ([setting = '']: readonly string[]) => ({ file: 'policy.json', line: null, setting });

describe('a verdict', () => {
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

  it('lists the sampled layers that no check names, and no others', () => {
    const layers = template.layers.map((layer) => ({ ...layer, samplingError: 0.1, samplingFreedom: null }));
    const [checked, ...others] = layers.map(({ name }) => name);
    const policy = policyFrom({ layers: { [checked!]: { maxFisher: 1e9 } } }, source);
    const verdict = judged({ report: { ...template, layers }, baseline: null }, policy);
    expect(verdict.outcome).toBe('incomplete');
    expect(verdict.uncovered).toEqual(others.map((layer) => ({ layer, reason: 'label-draws' })));
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
