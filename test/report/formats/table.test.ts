import { describe, expect, it } from 'vitest';
import { reportFormats } from '../../../src/report/formats/index.js';
import { fixture, run } from '../../support/terminal.js';
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

  it('begins no line with a dot, however wide the terminal is', async () => {
    for (let columns = 40; columns < 100; columns += 3) {
      const { stdout } = await run([fixture('iris'), '-m', '2'], { columns });
      expect(stdout).not.toMatch(/^ *·/m);
    }
  });
});
