import { expect, it } from 'vitest';
import { fixture, shown } from '../../support/terminal.js';

it.each([
  ['8', '8 of 512 inputs ·'],
  ['1', '1 of 512 inputs ·'],
])('the noun after %s agrees with the total', async (inputs, expected) => {
  expect(await shown([fixture('mnist'), '-m', inputs])).toContain(expected);
});
