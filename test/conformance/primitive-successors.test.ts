import { beforeAll, describe, it } from 'vitest';
import type { Kernels } from '../../src/kernels/kernels.js';
import { float32Kernels, testedBackends } from '../support/backends.js';
import { compositionsOf } from '../support/compositions.js';
import { casesOf, primitiveNames } from '../support/primitive-cases.js';
import { checkAdjoint, checkDifferences, checkPrecision, checkStructured } from '../support/primitive-checks.js';
import { Random } from '../support/random.js';

/*
 * Each primitive, followed by each kind of operation. A rule whose result only broadcasts to the right shape passes
 * every test on its own, and every test before an element-wise operation.
 */
describe.each(primitiveNames)('%s before every kind of operation', (name) => {
  it.each(casesOf(name).map((one) => [one.title, one] as const))('%s', (_, example) => {
    for (const one of compositionsOf(example)) {
      const random = new Random(one.title);
      for (const varying of one.varyings()) {
        checkDifferences(one, random, varying, { batched: true, bent: false, count: 1 });
      }
      for (const argument of one.differentiated) {
        checkStructured(one, random, [argument], [false]);
        checkAdjoint(one, random, argument);
      }
    }
  });
});

/** Examples of each primitive: precisions differ in kernels, which are the same for all functions of one element. */
const MOST = 6;

describe.each(testedBackends)('float32 on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await float32Kernels(backend);
  });

  it.each(primitiveNames)('%s before every kind of operation agrees with float64', (name) => {
    for (const example of casesOf(name).slice(0, MOST)) {
      for (const one of compositionsOf(example)) checkPrecision(kernels, one, { bent: false });
    }
  });
});
