import { expect, it } from 'vitest';
import { Builder } from '../../src/program/build.js';

it('refuses a value that is too large, and not many that are large', () => {
  const build = new Builder();
  const large = build.input([2 ** 14, 2 ** 14]);
  let value = large;
  for (let k = 0; k < 100; k++) value = build.affine(value, 2, 1);
  expect(() => build.concat([large, large], 0)).toThrow(
    'a value of shape [32768,16384] has more than 268435456 numbers',
  );
});
