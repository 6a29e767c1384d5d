import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/results/report.js';
import { CONFIG, irisFolder } from '../../support/models/iris-folder.js';
import { run } from '../../support/terminal.js';

const { inside } = irisFolder();

describe('a policy', () => {
  it('that speaks of no layer of the network passes nothing', async () => {
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

  it('that switches a rule off for a skipped layer leaves it open, and never passes', async () => {
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
