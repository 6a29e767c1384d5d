import { expect, it } from 'vitest';
import { fixture, shown } from '../../support/terminal.js';

it('an error that is zero in both networks is not a reason of a comparison', async () => {
  const data = ['--data', `${fixture('mnist')}/dataset.npz`, '-m', '4'];
  const text = await shown(['compare', fixture('mnist-untrained'), fixture('mnist'), ...data]);
  expect(text).toMatch(/dense_4: worse: mean information moved: /);
});
