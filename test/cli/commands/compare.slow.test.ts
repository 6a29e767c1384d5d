import { describe, expect, it } from 'vitest';
import { compared, irisFolder } from '../../support/models/iris-folder.js';
import { fixture, run } from '../../support/terminal.js';

const { inside } = irisFolder();

describe('compare, of a sampled recurrent network', () => {
  it('passes copies of a network in other formats if the same subset was audited', async () => {
    const [json, keras] = [fixture('mnist-gru/model.json'), fixture('mnist-gru/model.keras')];
    const args = ['-m', '4', '--parameters', '40'];
    for (const seed of ['0', '1', '2']) {
      const { status, stdout } = await compared(json, keras, ...args, '--fail-on', 'worse', '--seed', seed);
      expect([status, stdout]).toEqual([0, expect.stringContaining('within noise')]);
    }
  });

  it('never fails the same network because of the subsets in saved reports', async () => {
    const save = async (name: string, file: string, seed: string): Promise<string> => {
      const path = inside(file);
      const args = ['-m', '4', '--parameters', '40', '--seed', seed, '--backend', 'cpu'];
      await run([fixture(`mnist-gru/${name}`), ...args, '-r', `json=${path}`]);
      return path;
    };
    const first = await save('model.json', 'a.json', '1');
    const again = await save('model.json', 'b.json', '2');
    const other = await save('model.keras', 'c.json', '3');
    expect((await compared(first, again, '--fail-on', 'worse')).status).toBe(0);
    expect((await compared(first, other, '--fail-on', 'worse')).status).toBe(4);
  });
});
