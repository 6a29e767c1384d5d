import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/kernels/float64.js';
import { sizeOf } from '../../src/kernels/kernels.js';
import type { ParameterEntry, StructuredTangent } from '../../src/program/primitives/primitive.js';
import {
  type Numbers,
  type PrimitiveCase,
  BATCH,
  broadcastTo,
  casesOf,
  primitiveNames,
} from '../support/primitive-cases.js';
import { distance } from '../support/numbers.js';
import { Random } from '../support/random.js';

/** Derivatives of the result, [B, …s] each, along one tangent for each element of an argument. */
function columnsOf(one: PrimitiveCase, primals: readonly Numbers[], argument: number): Float64Array[] {
  const size = sizeOf(one.shapes[argument]!);
  const indices = Array.from({ length: size }, (_, k) => k);
  return derivatives(one, primals, argument, elementTangent(indices));
}

const elementTangent = (indices: readonly number[]): StructuredTangent => {
  return { kind: 'sparse', indices, first: float64.fill([1, indices.length], 1), second: null };
};

function channelTangent(period: number, size: number): StructuredTangent {
  const channels = Array.from({ length: period }, (_, k) => k);
  return { kind: 'channel', period, channels, first: float64.fill([period, 1, size / period], 1), second: null };
}

function derivatives(
  one: PrimitiveCase,
  primals: readonly Numbers[],
  argument: number,
  tangent: StructuredTangent,
): Float64Array[] {
  const tangents = primals.map((_, k) => (k === argument ? tangent : null));
  const { shape, values } = one.push(float64, primals, tangents, 1).first;
  const [count = 0, examples = 1] = shape;
  const own = values.length / count;
  return Array.from({ length: count }, (_, d) =>
    broadcastTo({ shape: [examples, ...one.shape], values: values.slice(d * own, (d + 1) * own) }, [
      BATCH,
      ...one.shape,
    ]),
  );
}

/** Elements of one example that are not zero in some example. */
const touched = (values: Float64Array): number[] => {
  const size = values.length / BATCH;
  return Array.from({ length: size }, (_, k) => k).filter((k) => values.some((x, at) => at % size === k && x !== 0));
};

/** A tangent of one element, or of one channel, touches no more elements than `reach` says. */
function checkReach(one: PrimitiveCase, primals: readonly Numbers[], argument: number): void {
  const { shapes, shape, rules } = one;
  const own = shapes[argument]!;
  const size = sizeOf(own);
  const most = (reach: 'element' | number): number => (reach === 'element' ? 1 : sizeOf(shape) / reach);
  const check = (found: readonly Float64Array[], reach: 'element' | number): void => {
    for (const column of found) expect(touched(column).length).toBeLessThanOrEqual(most(reach));
  };
  check(columnsOf(one, primals, argument), rules.reach?.('element', argument, shapes, shape) ?? 1);
  for (const channels of new Set([1, own.at(-1) ?? 1])) {
    const found = derivatives(one, primals, argument, channelTangent(channels, size));
    check(found, rules.reach?.(channels, argument, shapes, shape) ?? 1);
  }
}

/** Each parameter changes the element that `parameterEntry` says, by the factor that it says. */
function checkEntry(
  one: PrimitiveCase,
  primals: readonly Numbers[],
  argument: number,
  { kind, factor }: ParameterEntry,
): void {
  const units = sizeOf(one.shape);
  const factors = factor === null ? null : primals[factor];
  const width = factors ? sizeOf(factors.shape.slice(1)) : 0;
  columnsOf(one, primals, argument).forEach((column, parameter) => {
    const [unit, row] = kind === 'outer' ? [parameter % units, Math.floor(parameter / units)] : [parameter, parameter];
    const wanted = new Float64Array(BATCH * units);
    for (let b = 0; b < BATCH; b++) {
      wanted[b * units + unit] = factors ? factors.values[(b * width + row) % factors.values.length]! : 1;
    }
    expect(distance(column, wanted), `parameter ${parameter}`).toBe(0);
  });
}

/** Each element of the result depends on at most one element of all arguments, and does not bend. */
function checkKeepsActivation(one: PrimitiveCase, primals: readonly Numbers[]): void {
  expect(one.rules.bend(one.attributes, one.differentiated)).toEqual({ curved: false, kinked: false });
  const sources = new Array<number>(sizeOf(one.shape)).fill(0);
  for (const argument of one.differentiated) {
    for (const column of columnsOf(one, primals, argument)) for (const at of touched(column)) sources[at]! += 1;
  }
  expect(Math.max(...sources)).toBeLessThanOrEqual(1);
}

describe.each(primitiveNames)('what is said of %s holds', (name) => {
  it.each(casesOf(name).map((one) => [one.title, one] as const))('%s', (title, one) => {
    const { rules, shapes, shape } = one;
    const primals = one.primals(new Random(title));
    const result = Array.from(one.evaluate(float64, primals).values);
    expect(rules.passes ?? 1).toBeGreaterThanOrEqual(0);
    if (rules.keepsOrder) expect(result).toEqual(Array.from(primals[0]!.values));
    if (rules.rearranges) {
      const known = new Set([0, ...primals.flatMap(({ values }) => Array.from(values))]);
      expect(result.filter((x) => !known.has(x))).toEqual([]);
    }
    if (rules.keepsActivation) checkKeepsActivation(one, primals);
    for (const argument of one.differentiated) {
      checkReach(one, primals, argument);
      const entry = rules.parameterEntry?.(argument, shapes, shape) ?? null;
      if (entry) checkEntry(one, primals, argument, entry);
    }
  });
});
