import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { Progress } from '../../src/cli/progress.js';

it('a progress bar leaves the terminal as it was, however it ends', () => {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const progress = new Progress({ stdout: stderr, stderr, env: {} });
  now.mockReturnValue(5000);
  progress.update(3, 10);
  now.mockRestore();
  progress.stop();
  // Node 26 returns one written chunk per call of read().
  let text = '';
  for (let chunk = stderr.read() as Buffer | null; chunk; chunk = stderr.read() as Buffer | null)
    text += chunk.toString();
  expect(text).toContain('3/10 inputs');
  // Neither line wrap (7) nor the cursor (25) is switched off.
  expect(text).not.toMatch(/\[\?(7|25)l/);
});
