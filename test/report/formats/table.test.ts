import { describe, expect, it } from 'vitest';
import { reportFormats } from '../../../src/report/formats/index.js';
import { stored, widths, view, ESCAPE } from '../../support/reports/stored-results.js';

describe('table', () => {
  it.each(stored)('%s: no line is wider than the view', (_, result) => {
    for (const width of widths) {
      for (const line of reportFormats.table.render(result, view(width)).split('\n')) {
        // What has no space cannot be broken: the path of the configuration.
        if (line.trim().includes(' ')) expect(line.length, line).toBeLessThanOrEqual(width);
      }
    }
  });

  it.each(stored)('%s: colour changes no word', (_, result) => {
    const coloured = reportFormats.table.render(result, view(80, true));
    expect(coloured).toContain(ESCAPE);
    const plain = coloured.replace(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '');
    expect(plain).toBe(reportFormats.table.render(result, view(80)));
  });
});
