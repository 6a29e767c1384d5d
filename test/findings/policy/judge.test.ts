import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../src/results/baseline.js';
import { policyFrom } from '../../../src/findings/policy/policy.js';
import type { Report } from '../../../src/results/report.js';
import { CONFIG, irisFolder } from '../../support/models/iris-folder.js';
import { judged } from '../../support/reports/judged.js';
import { run } from '../../support/terminal.js';
import { reports, template } from '../../support/reports/any-reports.js';

const source = ([setting = '']: readonly string[]) => ({ file: 'policy.json', line: null, setting });

const { inside } = irisFolder();

describe('a verdict', () => {
  it('does not pass a layer that only the baseline has', () => {
    const [first, ...layers] = template.layers;
    const policy = policyFrom({ maxIncrease: 0.1 }, source);
    const verdict = judged({ report: { ...template, layers }, baseline: baselineOf(template) }, policy);
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.failures.map(({ rule, layer }) => [rule, layer])).toEqual([['maxIncrease', first?.name]]);
  });

  it('is incomplete for a subset of equal values, which has no standard error', () => {
    const layers = template.layers.map((layer) => ({
      ...layer,
      samplingError: 0,
      parameters: { ...layer.parameters, audited: layer.parameters.total - 1 },
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

  it('passes without a policy only if everything was audited', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const { outcome } = judged({ report, baseline: null }, new Map());
        const complete = report.notAudited.length === 0 && report.layers.every((layer) => layer.samplingError === 0);
        expect(outcome).toBe(complete ? 'pass' : 'incomplete');
      }),
    );
  });
});

describe('a policy', () => {
  it('that matches no layer of the network is inconclusive', async () => {
    writeFileSync(inside('model', CONFIG), '{"policy": {"layers": {"encoder*": {"maxError": 1}}}}');
    const { status, stdout } = await run([inside('model'), '-q', '--json']);
    expect(status).toBe(4);
    const { verdict } = JSON.parse(stdout) as Report;
    expect(verdict).toMatchObject({
      passed: false,
      outcome: 'inconclusive',
      checks: [{ rule: 'policy', layer: null }],
    });
  });

  it('that switches a rule off for a skipped layer is incomplete, and never passes', async () => {
    const policy = { maxError: 9, layers: { dense_2: { maxError: false } } };
    writeFileSync(inside('model', CONFIG), JSON.stringify({ policy }));
    const { status, stdout } = await run([inside('model'), '-q', '--skip-layer', 'dense_2', '--json']);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as Report).verdict).toMatchObject({
      passed: false,
      outcome: 'incomplete',
      uncovered: [{ layer: 'dense_2', reason: 'skipped' }],
    });
    const accepted = await run([
      inside('model'),
      '-q',
      '--skip-layer',
      'dense_2',
      '--require-coverage',
      '10%',
      '--json',
    ]);
    expect((JSON.parse(accepted.stdout) as Report).verdict).toMatchObject({ passed: false, outcome: 'incomplete' });
  });
});
