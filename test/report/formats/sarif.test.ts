import type { Result } from '../../../src/results/index.js';
import { describe, expect, it } from 'vitest';
import { stored, sarifOf, expectValidSarif } from '../../support/reports/stored-results.js';

describe('sarif', () => {
  it.each(stored)('%s: is valid against its schema, and every result has a place', (_, result) => {
    const log = sarifOf(result);
    expectValidSarif(log);
    const failures = result.verdict.checks.filter(({ outcome }) => outcome !== 'pass');
    const [{ results, tool, invocations }] = log.runs;
    expect(results).toHaveLength(failures.length);
    expect(invocations[0].executionSuccessful).toBe(true);
    for (const [k, one] of results.entries()) {
      const { physicalLocation } = one.locations[0];
      expect(physicalLocation.artifactLocation.uri).toBe(failures[k]!.source.file);
      expect(physicalLocation.region.startLine).toBe(failures[k]!.source.line ?? 1);
      expect(one.level).toBe(failures[k]!.outcome === 'fail' ? 'error' : 'warning');
      expect(tool.driver.rules[one.ruleIndex].id).toBe(one.ruleId);
    }
  });

  it('an incomplete run is reported as a note', () => {
    const [{ results, invocations }] = sarifOf(stored.find(([name]) => name === 'incomplete')![1]).runs;
    expect(results).toEqual([]);
    expect(invocations[0].toolExecutionNotifications[0]).toMatchObject({
      level: 'note',
      message: { text: expect.stringMatching(/: incomplete$/) as string },
    });
  });

  it('fingerprints distinguish results, and do not change with the figures', () => {
    const prints = (result: Result): string[] =>
      sarifOf(result).runs[0].results.map((one: any) => JSON.stringify(one.partialFingerprints));
    const fail = stored.find(([name]) => name === 'fail')![1];
    expect(new Set(prints(fail)).size).toBe(prints(fail).length);
    const changed = structuredClone(fail);
    for (const check of changed.verdict.checks) {
      Object.assign(check, { text: 'other', value: 1, source: { ...check.source, line: 99 } });
    }
    expect(prints(changed)).toEqual(prints(fail));
  });

  it.each([
    ['policy.json', 'policy.json'],
    ['./a b/ü#1?.json', 'a%20b/%C3%BC%231%3F.json'],
    ['models\\100%.json', 'models/100%25.json'],
    ['/srv/model.json', 'file:///srv/model.json'],
    ['C:\\models\\m.json', 'file:///C:/models/m.json'],
    ['a:b.json', 'a%3Ab.json'],
  ])('%s is the URI %s', (file, uri) => {
    const fail = structuredClone(stored.find(([name]) => name === 'fail')![1]);
    for (const check of fail.verdict.checks) check.source = { ...check.source, file };
    const log = sarifOf(fail);
    expectValidSarif(log);
    expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
  });
});
