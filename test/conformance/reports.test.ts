import { describe, expect, it } from 'vitest';
import { ruleNames } from '../../src/findings/policy/index.js';
import { checkReports } from '../support/reports/check-reports.js';
import { formats, outcomeOf, stored } from '../support/reports/stored-results.js';

describe('stored results', () => {
  it('have every rule pass, fail and be undecided, and every outcome', () => {
    for (const outcome of ['pass', 'fail', 'inconclusive'] as const) {
      const { verdict } = stored.find(([name]) => name === outcome)![1];
      const rules = verdict.checks.filter((check) => check.outcome === outcome).map(({ rule }) => rule);
      expect(new Set(rules)).toEqual(new Set(ruleNames));
    }
    expect(new Set(stored.map(([, result]) => outcomeOf(result)))).toEqual(
      new Set(['pass', 'fail', 'inconclusive', 'incomplete']),
    );
  });
});

// Pages take long to draw: html-reports.slow.test.ts.
for (const [format] of formats) if (format !== 'html') checkReports(format);
