import { expect, it } from 'vitest';
import { fixture, run } from '../../support/terminal.js';

/** What a terminal shows, with every run of spaces and ends of lines as one space. */
const shown = async (args: readonly string[], columns = 80): Promise<string> =>
  (await run([...args, '--no-color'], { columns })).stdout.replace(/\s+/g, ' ');

it('inspect names the columns that do not fit, and suggests a number of inputs if all take long', async () => {
  const args = ['inspect', fixture('mnist-lenet-tanh'), '--inputs'];
  const narrow = await shown([...args, '64'], 48);
  expect(narrow).toMatch(/Columns not shown: .*audited/);
  expect(narrow).not.toContain('With --inputs');
  const [, few = ''] = /With --inputs (\d+) it takes about/.exec(await shown([...args, '10000000'], 120)) ?? [];
  expect(Number(few)).toBeGreaterThan(0);
  expect(Number(few)).toBeLessThan(10_000_000);
});
