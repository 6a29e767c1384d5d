import { expect, it } from 'vitest';
import { Builder } from '../../src/program/build.js';

it('refuses index lists that are too large together', () => {
  const build = new Builder();
  const value = build.input([1, 1]);
  const rows = new Int32Array(2 ** 26);
  for (let k = 0; k < 4; k++) build.apply('take', { rows }, [value]);
  expect(() => build.apply('take', { rows }, [value])).toThrow(
    'all windows together cover more than 268435456 positions',
  );
});
