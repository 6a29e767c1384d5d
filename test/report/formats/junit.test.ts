import { describe, expect, it } from 'vitest';
import { reportFormats } from '../../../src/report/formats/index.js';
import { stored, view, expectValidXml } from '../../support/reports/stored-results.js';

describe('junit', () => {
  const count = (xml: string, element: string): number => xml.split(`<${element} `).length - 1;

  it.each(stored)('%s: is valid against the schema of Jenkins', async (_, result) => {
    await expectValidXml(reportFormats.junit.render(result, view(80)));
  });

  it.each(stored)('%s: has a case for every check, with its outcome', (_, result) => {
    const xml = reportFormats.junit.render(result, view(80));
    const { checks, outcome } = result.verdict;
    const of = (wanted: string): number =>
      checks.filter((check) => check.outcome === wanted).length + (outcome === wanted ? 1 : 0);
    expect(count(xml, 'failure')).toBe(of('fail'));
    expect(count(xml, 'error')).toBe(of('inconclusive'));
    const left = result.kind === 'audit' ? result.notAudited.length : 0;
    expect(count(xml, 'skipped')).toBe(left + (outcome === 'incomplete' ? 1 : 0));
    expect(count(xml, 'testcase')).toBe(checks.length + left + 1);
    const titles = [...xml.matchAll(/<testcase (.*?)\/?>/g)].map((match) => match[1]);
    expect(new Set(titles).size).toBe(titles.length);
    if (outcome !== 'pass') expect(xml).toMatch(/<(failure|error|skipped) /);
  });
});
