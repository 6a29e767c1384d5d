import { expect } from 'vitest';
import { float64 } from '../../src/kernels/float64.js';
import { type Kernels, type Shape, sizeOf } from '../../src/kernels/kernels.js';
import { densify } from '../../src/program/primitives/rules/tangents.js';
import type { StructuredTangent, Tangent } from '../../src/program/primitives/primitive.js';
import { refute } from './differences.js';
import { EPSILON_32, distance, largest } from './numbers.js';
import {
  type Direction,
  type Numbers,
  type PrimitiveCase,
  BATCH,
  DIRECTIONS,
  broadcastTo,
  directions,
  slice,
  toTangent,
} from './primitive-cases.js';
import { Random } from './random.js';

/** Twice as many operations as a rule counts, and the few roundings of a function's own value. */
export const roundingsOf = (one: PrimitiveCase): number =>
  8 + (2 * one.rules.flops(one.attributes, one.shapes)) / sizeOf(one.shape);

const zeros = (one: PrimitiveCase): Float64Array => new Float64Array(BATCH * sizeOf(one.shape));

export const sizeOfAll = (arrays: readonly Numbers[]): number =>
  arrays.reduce((product, { values }) => product * Math.max(1, largest(values)), 1);

/** A part of a pushed tangent along direction d, written out for every example. */
export function alongOne(one: PrimitiveCase, part: Numbers | null, d: number): Float64Array {
  return part ? broadcastTo(slice(part, d), [1, BATCH, ...one.shape]) : zeros(one);
}

/** t ↦ x + t·x₁ + t²/2·x₂ along direction d: the jet of this curve at 0 is (x, x₁, x₂). */
export function curveOf(primal: Numbers, direction: Direction | null, d: number): (t: number) => Numbers {
  if (!direction) return () => primal;
  const whole = [1, ...primal.shape];
  const first = broadcastTo(slice(direction.first, d), whole);
  const second = direction.second && broadcastTo(slice(direction.second, d), whole);
  return (t) => ({
    shape: primal.shape,
    values: first.map((slope, k) => primal.values[k]! + t * slope + (second ? ((t * t) / 2) * second[k]! : 0)),
  });
}

export function evaluateAt(one: PrimitiveCase, primals: readonly Numbers[]): Float64Array {
  const result = one.evaluate(float64, primals);
  return broadcastTo(result, [BATCH, ...one.shape]);
}

export const tangentsOf = (kernels: Kernels, all: readonly (Direction | null)[]): (Tangent | null)[] =>
  all.map((direction) => toTangent(kernels, direction));

/** Both derivatives of a push against central differences; `bent` tangents have second derivatives at the start. */
export function checkDifferences(
  one: PrimitiveCase,
  random: Random,
  varying: readonly number[],
  { batched, bent, count = DIRECTIONS }: { batched: boolean; bent: boolean; count?: number },
): void {
  const primals = one.primals(random);
  const all = directions(one, random, varying, { batched, bent, count });
  const pushed = one.push(float64, primals, tangentsOf(float64, all));
  for (let d = 0; d < count; d++) {
    const curves = primals.map((primal, k) => curveOf(primal, all[k] ?? null, d));
    const curve = (t: number): Float64Array =>
      evaluateAt(
        one,
        curves.map((at) => at(t)),
      );
    const claim = { first: alongOne(one, pushed.first, d), second: alongOne(one, pushed.second, d) };
    expect(refute(curve, claim), `${one.title}, arguments ${varying}, direction ${d}`).toBeNull();
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
export function checkStructured(
  one: PrimitiveCase,
  random: Random,
  varying: readonly number[],
  bents: readonly boolean[] = [false, true],
): void {
  const [argument = 0, ...others] = varying;
  for (const examples of new Set([1, one.examplesOf(argument)])) {
    for (const bent of bents) {
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
        compareDirections(one, left, right, count, `${one.title}, arguments ${varying}, ${tangent.kind}`);
      }
    }
  }
}

function compareDirections(one: PrimitiveCase, left: Direction, right: Direction, count: number, title: string): void {
  for (const part of ['first', 'second'] as const) {
    for (let d = 0; d < count; d++) {
      const [a, b] = [alongOne(one, left[part], d), alongOne(one, right[part], d)];
      const tolerance = 1e-14 * roundingsOf(one) * Math.max(1, largest(b));
      if (!(distance(a, b) <= tolerance)) expect.fail(`${title}, ${part}: off by ${distance(a, b)}`);
    }
  }
}

/** Where everything cancels, as in the sum of a softmax, the roundings of numbers around 1 remain. */
const ROUNDING = 1e-15;

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
export function checkAdjoint(one: PrimitiveCase, random: Random, argument: number): void {
  const primals = one.primals(random);
  const all = directions(one, random, [argument], { bent: false });
  const pushed = one.push(float64, primals, tangentsOf(float64, all), 1).first;
  const shape = [DIRECTIONS + 1, BATCH, ...one.shape];
  const cotangent = { shape, values: random.values(shape) };
  const pulled = one.pull(float64, primals, cotangent, argument);
  const argumentShape = [1, BATCH, ...one.shapes[argument]!];
  const cotangents = Array.from({ length: DIRECTIONS + 1 }, (_, k) => ({
    c: broadcastTo(slice(cotangent, k), [1, BATCH, ...one.shape]),
    pulled: broadcastTo(slice(pulled, k), argumentShape),
  }));
  let excess = 0;
  for (let d = 0; d < DIRECTIONS; d++) {
    const v = broadcastTo(slice(all[argument]!.first, d), argumentShape);
    const along = alongOne(one, pushed, d);
    for (const { c, pulled: own } of cotangents) {
      for (let b = 0; b < BATCH; b++) {
        const left = innerProduct(own, v, b);
        const right = innerProduct(c, along, b);
        const tolerance = 1e-12 * (left.size + right.size) + ROUNDING;
        excess = Math.max(excess, Math.abs(left.value - right.value) / tolerance);
      }
    }
  }
  expect(excess, `${one.title}, argument ${argument}: adjoint`).toBeLessThanOrEqual(1);
}

/** Everything that the rules compute, as a list of arrays. */
function results(kernels: Kernels, one: PrimitiveCase, bent: boolean): Numbers[] {
  const random = new Random(one.title);
  const primals = one.primals(random);
  const evaluated = one.evaluate(kernels, primals);
  const pushed = one.varyings().flatMap((varying) => {
    const all = directions(one, random, varying, { bent });
    const { first, second } = one.push(kernels, primals, tangentsOf(kernels, all));
    return second ? [first, second] : [first];
  });
  const shape = [DIRECTIONS, BATCH, ...one.shape];
  const cotangent = { shape, values: random.values(shape) };
  return [evaluated, ...pushed, ...one.differentiated.map((k) => one.pull(kernels, primals, cotangent, k))];
}

/** These kernels give the results of float64, up to roundings in float32. */
export function checkPrecision(kernels: Kernels, one: PrimitiveCase, { bent }: { bent: boolean }): void {
  const found = results(kernels, one, bent);
  const wanted = results(float64, one, bent);
  const inputs = sizeOfAll(one.primals(new Random(one.title)));
  expect(found.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
  found.forEach(({ values }, k) => {
    const { values: exact } = wanted[k]!;
    const tolerance = EPSILON_32 * roundingsOf(one) * inputs * Math.max(1, largest(exact));
    expect(distance(values, exact), `${one.title}, result ${k}`).toBeLessThanOrEqual(tolerance);
  });
}
