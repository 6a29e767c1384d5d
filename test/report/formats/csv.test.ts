import { describe, expect, it } from 'vitest';
import { csv } from '../../../src/report/formats/csv.js';
import { template } from '../../support/reports/any-reports.js';

const view = { width: 80, colour: false, by: 'layer' } as const;

describe('CSV', () => {
  it.each(['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\tx'])('has no formula where a layer is named %j', (name) => {
    const [first, ...others] = template.layers;
    const text = csv.render({ ...template, layers: [{ ...first!, name }, ...others] }, view);
    const cell = text.split('\n').find((line) => line.includes(name.slice(0, 2).trim())) ?? '';
    expect(cell).toMatch(/^(")?'/);
  });
});
