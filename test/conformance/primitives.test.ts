import { beforeAll, describe, expect, it } from 'vitest';
import { float64 } from '../../src/kernels/float64.js';
import { type Kernels, type Shape, sizeOf } from '../../src/kernels/kernels.js';
import { densify } from '../../src/program/primitives/rules/tangents.js';
import type { StructuredTangent, Tangent } from '../../src/program/primitives/primitive.js';
import { float32Kernels, testedBackends } from '../support/backends.js';
import { refute } from '../support/differences.js';
import { EPSILON_32, EPSILON_64, distance, largest } from '../support/numbers.js';
import {
  type Direction,
  type Numbers,
  type PrimitiveCase,
  BATCH,
  DIRECTIONS,
  broadcastTo,
  casesOf,
  directions,
  primitiveNames,
  slice,
  toTangent,
} from '../support/primitive-cases.js';
import { Random } from '../support/random.js';

/** Twice as many operations as a rule counts, and the few roundings of a function's own value. */
const roundingsOf = (one: PrimitiveCase): number =>
  8 + (2 * one.rules.flops(one.attributes, one.shapes)) / sizeOf(one.shape);

const sizeOfAll = (arrays: readonly Numbers[]): number =>
  arrays.reduce((product, { values }) => product * Math.max(1, largest(values)), 1);

const zeros = (one: PrimitiveCase): Float64Array => new Float64Array(BATCH * sizeOf(one.shape));

/** A part of a pushed tangent along direction d, written out for every example. */
function alongOne(one: PrimitiveCase, part: Numbers | null, d: number): Float64Array {
  return part ? broadcastTo(slice(part, d), [1, BATCH, ...one.shape]) : zeros(one);
}

/** x + t·x₁ + t²/2·x₂ along direction d: the jet of this curve at 0 is (x, x₁, x₂). */
function moved(primal: Numbers, direction: Direction | null, d: number, t: number): Numbers {
  if (!direction) return primal;
  const whole = [1, ...primal.shape];
  const first = broadcastTo(slice(direction.first, d), whole);
  const second = direction.second ? broadcastTo(slice(direction.second, d), whole) : first.map(() => 0);
  const at = (x: number, k: number): number => x + t * first[k]! + ((t * t) / 2) * second[k]!;
  return { shape: primal.shape, values: Float64Array.from(primal.values, at) };
}

function evaluateAt(one: PrimitiveCase, primals: readonly Numbers[]): Float64Array {
  const result = one.evaluate(float64, primals);
  return broadcastTo(result, [BATCH, ...one.shape]);
}

const tangentsOf = (kernels: Kernels, all: readonly (Direction | null)[]): (Tangent | null)[] =>
  all.map((direction) => toTangent(kernels, direction));

function checkDifferences(one: PrimitiveCase, random: Random, varying: readonly number[], batched: boolean): void {
  const primals = one.primals(random);
  const all = directions(one, random, varying, { batched });
  const pushed = one.push(float64, primals, tangentsOf(float64, all));
  for (let d = 0; d < DIRECTIONS; d++) {
    const curve = (t: number): Float64Array =>
      evaluateAt(
        one,
        primals.map((primal, k) => moved(primal, all[k] ?? null, d, t)),
      );
    const claim = { first: alongOne(one, pushed.first, d), second: alongOne(one, pushed.second, d) };
    expect(refute(curve, claim), `arguments ${varying}, direction ${d}`).toBeNull();
  }
}

/** Directions that touch one element each, not in order and one of them twice; or one channel each, of several periods. */
function structuredTangents(
  one: PrimitiveCase,
  random: Random,
  argument: number,
  examples: number,
  bent: boolean,
): StructuredTangent[] {
  const shape = one.shapes[argument]!;
  const size = sizeOf(shape);
  const draw = (own: Shape) => float64.tensor(random.values(own), own);
  const both = (own: Shape) => ({ first: draw(own), second: bent ? draw(own) : null });
  const places = (period: number): number[] => [period - 1, 0, 0, Math.floor(period / 2), 0];
  const trailing = shape.map((_, axis) => sizeOf(shape.slice(axis)));
  const periods = new Set([1, ...trailing, ...[2, 3].filter((period) => (shape.at(-1) ?? 1) % period === 0)]);
  return [
    { kind: 'sparse', indices: places(size), ...both([examples, places(size).length]) },
    ...[...periods].flatMap((period) =>
      [places(period), [period - 1, period - 1]].map((channels): StructuredTangent => {
        return { kind: 'channel', period, channels, ...both([channels.length, examples, size / period]) };
      }),
    ),
  ];
}

/** What a rule makes of a tangent that says where it is not zero is what it makes of the same one written out. */
function checkStructured(one: PrimitiveCase, random: Random, varying: readonly number[]): void {
  const [argument = 0, ...others] = varying;
  for (const examples of new Set([1, one.examplesOf(argument)])) {
    for (const bent of [false, true]) {
      const primals = one.primals(random);
      for (const tangent of structuredTangents(one, random, argument, examples, bent)) {
        const count = tangent.kind === 'sparse' ? tangent.indices.length : tangent.channels.length;
        const dense = densify(float64, tangent, one.shapes[argument]!);
        const rest = tangentsOf(float64, directions(one, random, others, { count }));
        const along = (own: Tangent) => primals.map((_, k) => (k === argument ? own : (rest[k] ?? null)));
        const [left, right] = [tangent, dense].map((own) => one.push(float64, primals, along(own))) as [
          Direction,
          Direction,
        ];
        compareDirections(one, left, right, count, `arguments ${varying}, ${tangent.kind}`);
      }
    }
  }
}

function compareDirections(one: PrimitiveCase, left: Direction, right: Direction, count: number, title: string): void {
  for (let d = 0; d < count; d++) {
    for (const part of ['first', 'second'] as const) {
      const [a, b] = [alongOne(one, left[part], d), alongOne(one, right[part], d)];
      const tolerance = 1e-14 * roundingsOf(one) * Math.max(1, largest(b));
      expect(distance(a, b), `${title}, ${part}`).toBeLessThanOrEqual(tolerance);
    }
  }
}

/** Σ over the elements of example b of one cotangent and one direction; and of absolute values, for the tolerance. */
function innerProduct(left: Float64Array, right: Float64Array, b: number): { value: number; size: number } {
  const size = left.length / BATCH;
  let value = 0;
  let total = 0;
  for (let k = b * size; k < (b + 1) * size; k++) {
    value += left[k]! * right[k]!;
    total += Math.abs(left[k]! * right[k]!);
  }
  return { value, size: total };
}

/** ⟨pull c, v⟩ = ⟨c, push v⟩ for each example by itself, also where the argument is the same for all. */
function checkAdjoint(one: PrimitiveCase, random: Random, argument: number): void {
  const primals = one.primals(random);
  const all = directions(one, random, [argument], { bent: false });
  const pushed = one.push(float64, primals, tangentsOf(float64, all), 1).first;
  const shape = [DIRECTIONS + 1, BATCH, ...one.shape];
  const cotangent = { shape, values: random.values(shape) };
  const pulled = one.pull(float64, primals, cotangent, argument);
  const argumentShape = [1, BATCH, ...one.shapes[argument]!];
  expect(pulled.shape.slice(2)).toEqual(one.shapes[argument]);
  for (let d = 0; d < DIRECTIONS; d++) {
    const v = broadcastTo(slice(all[argument]!.first, d), argumentShape);
    for (let k = 0; k < cotangent.shape[0]!; k++) {
      for (let b = 0; b < BATCH; b++) {
        const left = innerProduct(broadcastTo(slice(pulled, k), argumentShape), v, b);
        const c = broadcastTo(slice(cotangent, k), [1, BATCH, ...one.shape]);
        const right = innerProduct(c, alongOne(one, pushed, d), b);
        expect(Math.abs(left.value - right.value)).toBeLessThanOrEqual(1e-12 * (left.size + right.size));
      }
    }
  }
}

/** What bend() says of the arguments that vary: S = 0 where it says not curved, and linear where not kinked either. */
function checkBend(one: PrimitiveCase, random: Random, varying: readonly number[]): boolean {
  const { curved, kinked } = one.rules.bend(one.attributes, varying);
  const primals = one.primals(random);
  const all = directions(one, random, varying, { bent: false });
  const pushed = one.push(float64, primals, tangentsOf(float64, all));
  const bent = largest(pushed.second?.values ?? []) > 0;
  if (!curved) expect(bent, `second derivative along arguments ${varying}`).toBe(false);
  for (let d = 0; d < DIRECTIONS && !curved && !kinked; d++) {
    const far = primals.map((primal, k) => moved(primal, all[k] ?? null, d, 1));
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
      checkDifferences(one, random, varying, true);
      checkDifferences(one, random, varying, false);
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

  /** Everything that a rule computes, as a list of arrays. */
  function results(own: Kernels, one: PrimitiveCase): Numbers[] {
    const random = new Random(one.title);
    const primals = one.primals(random);
    const evaluated = one.evaluate(own, primals);
    const pushed = one.varyings().flatMap((varying) => {
      const { first, second } = one.push(own, primals, tangentsOf(own, directions(one, random, varying)));
      return second ? [first, second] : [first];
    });
    const shape = [DIRECTIONS, BATCH, ...one.shape];
    const cotangent = { shape, values: random.values(shape) };
    return [evaluated, ...pushed, ...one.differentiated.map((k) => one.pull(own, primals, cotangent, k))];
  }

  it.each(primitiveNames)('%s agrees with float64', (name) => {
    for (const one of casesOf(name)) {
      const found = results(kernels, one);
      const wanted = results(float64, one);
      const inputs = sizeOfAll(one.primals(new Random(one.title)));
      expect(found.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
      found.forEach(({ values }, k) => {
        const { values: exact } = wanted[k]!;
        const tolerance = EPSILON_32 * roundingsOf(one) * inputs * Math.max(1, largest(exact));
        expect(distance(values, exact), `${one.title}, result ${k}`).toBeLessThanOrEqual(tolerance);
      });
    }
  });
});
