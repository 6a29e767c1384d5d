import { beforeAll, describe, expect, it } from 'vitest';
import { float64 } from '../../src/kernels/float64.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { float32Kernels, testedBackends } from '../support/backends.js';
import { EPSILON_64, distance, largest } from '../support/numbers.js';
import { type PrimitiveCase, DIRECTIONS, casesOf, directions, primitiveNames } from '../support/primitive-cases.js';
import {
  alongOne,
  checkAdjoint,
  checkDifferences,
  checkPrecision,
  checkStructured,
  curveOf,
  evaluateAt,
  roundingsOf,
  sizeOfAll,
  tangentsOf,
} from '../support/primitive-checks.js';
import { Random } from '../support/random.js';

/** What bend() says of the arguments that vary: S = 0 where it says not curved, and linear where not kinked either. */
function checkBend(one: PrimitiveCase, random: Random, varying: readonly number[]): boolean {
  const { curved, kinked } = one.rules.bend(one.attributes, varying);
  const primals = one.primals(random);
  const all = directions(one, random, varying, { bent: false });
  const pushed = one.push(float64, primals, tangentsOf(float64, all));
  const bent = largest(pushed.second?.values ?? []) > 0;
  if (!curved) expect(bent, `second derivative along arguments ${varying}`).toBe(false);
  for (let d = 0; d < DIRECTIONS && !curved && !kinked; d++) {
    const far = primals.map((primal, k) => curveOf(primal, all[k] ?? null, d)(1));
    const [start, end] = [evaluateAt(one, primals), evaluateAt(one, far)];
    const step = end.map((x, k) => x - start[k]!);
    const tolerance = roundingsOf(one) * EPSILON_64 * sizeOfAll([...primals, ...far]);
    expect(distance(step, alongOne(one, pushed.first, d)), 'linear').toBeLessThanOrEqual(tolerance);
  }
  return bent;
}

/** An operation without flops only moves numbers about. */
function checkFlops(one: PrimitiveCase, random: Random): void {
  const flops = one.rules.flops(one.attributes, one.shapes);
  expect(Number.isFinite(flops) && flops >= 0).toBe(true);
  if (flops > 0) return;
  const primals = one.primals(random);
  const known = new Set([0, ...primals.flatMap(({ values }) => Array.from(values))]);
  expect(Array.from(one.evaluate(float64, primals).values).filter((x) => !known.has(x))).toEqual([]);
}

describe.each(primitiveNames)('%s', (name) => {
  const cases = casesOf(name);

  it('has two examples or more', () => expect(cases.length).toBeGreaterThanOrEqual(2));

  it.each(cases.map((one) => [one.title, one] as const))('bends as it says: %s', (title, one) => {
    const random = new Random(title);
    const all = one.differentiated;
    const bent = Array.from({ length: 4 }, () => checkBend(one, random, all)).includes(true);
    const { curved, kinked } = one.rules.bend(one.attributes, all);
    expect(bent, 'second derivative somewhere').toBe(curved);
    if (one.listsKinks) expect(kinked).toBe(true);
  });

  it.each(cases.map((one) => [one.title, one] as const))('%s', (title, one) => {
    const random = new Random(title);
    expect(one.evaluate(float64, one.primals(random)).shape.slice(1), 'shape').toEqual(one.shape);
    for (const varying of one.varyings()) {
      for (const bent of [true, false]) {
        checkDifferences(one, random, varying, { batched: true, bent });
        checkDifferences(one, random, varying, { batched: false, bent });
      }
      checkBend(one, random, varying);
      checkFirstOrder(one, random, varying);
      for (const first of varying) checkStructured(one, random, [first, ...varying.filter((k) => k !== first)]);
    }
    for (const argument of one.differentiated) {
      checkAdjoint(one, random, argument);
    }
    checkFlops(one, random);
  });
});

/** With order 1 the same first derivatives come out, and no second ones. */
function checkFirstOrder(one: PrimitiveCase, random: Random, varying: readonly number[]): void {
  const primals = one.primals(random);
  const all = tangentsOf(float64, directions(one, random, varying, { bent: false }));
  const [short, long] = [one.push(float64, primals, all, 1), one.push(float64, primals, all, 2)];
  expect(short.second).toBeNull();
  expect(Array.from(short.first.values)).toEqual(Array.from(long.first.values));
}

describe.each(testedBackends)('float32 on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await float32Kernels(backend);
  });

  it.each(primitiveNames)('%s agrees with float64', (name) => {
    for (const one of casesOf(name)) checkPrecision(kernels, one, { bent: true });
  });
});
