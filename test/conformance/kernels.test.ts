import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { float64 } from '../../src/kernels/float64.js';
import { type Kernels, type Shape, type Tensor, broadcastShape, sameShape, sizeOf } from '../../src/kernels/kernels.js';
import { float32Kernels, testedBackends } from '../support/backends.js';
import { EPSILON_32, distance, largest } from '../support/numbers.js';
import { Random } from '../support/random.js';

/** One use of an operation: arguments of these shapes, and what is done with them. */
interface Use {
  readonly shapes: readonly Shape[];
  readonly apply: (kernels: Kernels, ...tensors: Tensor[]) => Tensor;
  readonly shape: Shape;
  /** Numbers that are added up for one of the result; each addition rounds. */
  readonly terms?: number;
}

const pairs: readonly (readonly [Shape, Shape])[] = [
  [[4], [4]],
  [[2, 3], [3]],
  [
    [2, 3],
    [1, 1],
  ],
  [
    [2, 1, 3],
    [1, 4, 1],
  ],
  [
    [3, 1, 2, 2],
    [5, 1, 2],
  ],
  [[1], [2, 2]],
  [
    [2, 3, 1, 2, 2],
    [1, 3, 2, 1, 2],
  ],
];

const broadcasting = (apply: (kernels: Kernels, left: Tensor, right: Tensor) => Tensor): Use[] =>
  [...pairs, ...pairs.map(([left, right]) => [right, left] as const)].map(([left, right]) => ({
    shapes: [left, right],
    apply: apply as Use['apply'],
    shape: broadcastShape(left, right),
    terms: 2,
  }));

const product = (n: number, k: number, m: number): Use => ({
  shapes: [
    [n, k],
    [k, m],
  ],
  apply: (kernels, left, right) => kernels.matMul(left as Tensor, right as Tensor),
  shape: [n, m],
  terms: k,
});

const one = (shape: Shape, result: Shape, apply: Use['apply'], terms = 1): Use => ({
  shapes: [shape],
  apply,
  shape: result,
  terms,
});

/** Every operation that computes something; a new one is a type error here until it has uses. */
const uses: Record<Exclude<keyof Kernels, 'name' | 'bytesPerElement' | 'scope' | 'keep' | 'free'>, readonly Use[]> = {
  tensor: [one([2, 3], [2, 3], (_, x) => x as Tensor), one([], [], (_, x) => x as Tensor)],
  read: [one([3, 2, 2], [3, 2, 2], (kernels, x) => kernels.tensor(kernels.read(x as Tensor), [3, 2, 2]))],
  fill: [
    { shapes: [], apply: (kernels) => kernels.fill([2, 3], -1.25), shape: [2, 3] },
    { shapes: [], apply: (kernels) => kernels.fill([1, 1, 2], 0), shape: [1, 1, 2] },
  ],
  matMul: [product(2, 3, 4), product(1, 5, 1), product(17, 1, 9), product(40, 33, 31), product(3, 200, 2)],
  add: broadcasting((kernels, left, right) => kernels.add(left, right)),
  multiply: broadcasting((kernels, left, right) => kernels.multiply(left, right)),
  affine: [
    one([2, 3], [2, 3], (kernels, x) => kernels.affine(x as Tensor, -1.5, 0.25), 3),
    one([4], [4], (kernels, x) => kernels.affine(x as Tensor, 1, 2), 2),
    one([4], [4], (kernels, x) => kernels.affine(x as Tensor, 3, 0), 2),
    one([4], [4], (kernels, x) => kernels.affine(x as Tensor, 1, 0)),
    one([4], [4], (kernels, x) => kernels.affine(x as Tensor, 0, 0)),
  ],
  map: [
    one([2, 3], [2, 3], (kernels, x) => kernels.map(x as Tensor, Math.exp)),
    one([3, 1], [3, 1], (kernels, x) => kernels.map(x as Tensor, (value) => Number(value > 0))),
  ],
  sum: [
    one([2, 3], [3], (kernels, x) => kernels.sum(x as Tensor, [0]), 2),
    one([2, 3, 4], [3], (kernels, x) => kernels.sum(x as Tensor, [0, 2]), 8),
    one([2, 3, 4], [2, 4], (kernels, x) => kernels.sum(x as Tensor, [1]), 3),
    one([2, 3], [], (kernels, x) => kernels.sum(x as Tensor, [0, 1]), 6),
    one([2, 3], [2, 3], (kernels, x) => kernels.sum(x as Tensor, [])),
    one([3, 700], [3], (kernels, x) => kernels.sum(x as Tensor, [1]), 700),
    one([2, 1, 3, 1, 2], [1, 3, 2], (kernels, x) => kernels.sum(x as Tensor, [0, 3]), 2),
  ],
  reshape: [
    one([2, 3], [6], (kernels, x) => kernels.reshape(x as Tensor, [6])),
    one([6], [1, 3, 2], (kernels, x) => kernels.reshape(x as Tensor, [1, 3, 2])),
    one([1], [], (kernels, x) => kernels.reshape(x as Tensor, [])),
  ],
  transpose: [
    one([2, 3], [3, 2], (kernels, x) => kernels.transpose(x as Tensor, [1, 0])),
    one([2, 3, 4], [4, 2, 3], (kernels, x) => kernels.transpose(x as Tensor, [2, 0, 1])),
    one([2, 1, 3, 2], [1, 2, 2, 3], (kernels, x) => kernels.transpose(x as Tensor, [1, 0, 3, 2])),
    one([5], [5], (kernels, x) => kernels.transpose(x as Tensor, [0])),
  ],
  slice: [
    one([5], [2], (kernels, x) => kernels.slice(x as Tensor, [3], [2])),
    one([3, 4, 2], [2, 1, 2], (kernels, x) => kernels.slice(x as Tensor, [1, 3, 0], [2, 1, 2])),
    one([2, 3], [2, 3], (kernels, x) => kernels.slice(x as Tensor, [0, 0], [2, 3])),
  ],
  concat: [
    {
      shapes: [[2], [3], [1]],
      apply: (kernels, ...parts) => kernels.concat(parts as Tensor[], 0),
      shape: [6],
    },
    {
      shapes: [
        [2, 1, 3],
        [2, 4, 3],
      ],
      apply: (kernels, ...parts) => kernels.concat(parts as Tensor[], 1),
      shape: [2, 5, 3],
    },
    one([2, 2], [2, 2], (kernels, x) => kernels.concat([x as Tensor], 1)),
  ],
  gather: [
    one([5], [3], (kernels, x) => kernels.gather(x as Tensor, [4, 0, 4], 0)),
    one([3, 4], [3, 2], (kernels, x) => kernels.gather(x as Tensor, [3, 1], 1)),
    one([2, 3, 2], [2, 4, 2], (kernels, x) => kernels.gather(x as Tensor, [2, 2, 0, 1], 1)),
  ],
};

function compute(kernels: Kernels, use: Use, title: string): { shape: Shape; values: Float64Array } {
  const random = new Random(title);
  const tensors = use.shapes.map((shape) => kernels.tensor(random.values(shape, -2, 2), shape));
  const result = use.apply(kernels, ...tensors);
  return { shape: result.shape, values: Float64Array.from(kernels.read(result)) };
}

const cases = Object.entries(uses).flatMap(([operation, list]) =>
  list.map((use, k) => ({ title: `${operation} ${use.shapes.map((shape) => `[${shape}]`).join(' ')}, ${k}`, use })),
);

it.each(cases)('float64: $title has the expected shape', ({ title, use }) => {
  expect(sameShape(compute(float64, use, title).shape, use.shape)).toBe(true);
});

/** Results by definition, element by element, for the operations that both kernels might get wrong alike. */
describe('float64 by definition', () => {
  const ramp = (shape: Shape): Tensor =>
    float64.tensor(
      Array.from({ length: sizeOf(shape) }, (_, k) => k),
      shape,
    );
  const listed = (tensor: Tensor): number[] => Array.from(float64.read(tensor));

  it('broadcasts from the last axis', () => {
    expect(listed(float64.add(ramp([2, 3]), ramp([3])))).toEqual([0, 2, 4, 3, 5, 7]);
    expect(listed(float64.multiply(ramp([2, 1]), ramp([1, 3])))).toEqual([0, 0, 0, 0, 1, 2]);
  });
  it('multiplies matrices', () => {
    expect(listed(float64.matMul(ramp([2, 2]), ramp([2, 3])))).toEqual([3, 4, 5, 9, 14, 19]);
  });
  it('sums, moves and picks elements', () => {
    expect(listed(float64.sum(ramp([2, 3, 2]), [0, 2]))).toEqual([14, 22, 30]);
    expect(listed(float64.transpose(ramp([2, 3]), [1, 0]))).toEqual([0, 3, 1, 4, 2, 5]);
    expect(listed(float64.slice(ramp([3, 3]), [1, 1], [2, 2]))).toEqual([4, 5, 7, 8]);
    expect(listed(float64.concat([ramp([2, 1]), ramp([2, 2])], 1))).toEqual([0, 0, 1, 1, 2, 3]);
    expect(listed(float64.gather(ramp([2, 3]), [2, 0], 1))).toEqual([2, 0, 5, 3]);
  });
});

describe.each(testedBackends)('%s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await float32Kernels(backend);
  });

  it('states its backend and precision', () => {
    expect({ name: kernels.name, bytes: kernels.bytesPerElement }).toEqual({ name: backend, bytes: 4 });
  });

  it.each(cases)('$title agrees with float64', ({ title, use }) => {
    const [found, exact] = [compute(kernels, use, title), compute(float64, use, title)];
    expect(found.shape).toEqual(exact.shape);
    // Arguments are at most 2, so that each term of a sum is at most 4.
    const tolerance = EPSILON_32 * (use.terms ?? 1) * Math.max(4, largest(exact.values));
    expect(distance(found.values, exact.values)).toBeLessThanOrEqual(tolerance);
  });

  it('frees tensors made in a scope, apart from its result and kept tensors', () => {
    const before = memory().numTensors;
    let kept: Tensor | null = null;
    const result = kernels.scope(() => {
      const x = kernels.fill([2], 3);
      kept = kernels.keep(kernels.affine(x, 2, 0));
      return { sum: kernels.add(x, kept), list: [kernels.multiply(x, x), null] };
    });
    expect(memory().numTensors).toBe(before + 3);
    expect(Array.from(kernels.read(result.sum))).toEqual([9, 9]);
    kernels.free([result, kept]);
    expect(memory().numTensors).toBe(before);
  });

  it('keeps the kept tensors of a nested scope', () => {
    const before = memory().numTensors;
    const kept: Tensor[] = [];
    kernels.scope(() => {
      kernels.scope(() => void kept.push(kernels.keep(kernels.fill([1], 7))));
      kernels.fill([3], 1);
    });
    expect(Array.from(kernels.read(kept[0]!))).toEqual([7]);
    kernels.free(kept);
    expect(memory().numTensors).toBe(before);
  });
});

describe.each(testedBackends)('products on %s', (name) => {
  it('use one matrix as right operand in two shapes', async () => {
    const kernels = await float32Kernels(name);
    const column = kernels.tensor([1, 2, 3, 4], [4, 1]);
    const left = kernels.tensor([1, 1, 1, 1, 2, 2, 2, 2], [2, 4]);
    expect([...kernels.read(kernels.matMul(left, column))]).toEqual([10, 20]);
    const row = kernels.transpose(column, [1, 0]);
    const ones = kernels.tensor([1, 10], [2, 1]);
    expect([...kernels.read(kernels.matMul(ones, row))]).toEqual([1, 2, 3, 4, 10, 20, 30, 40]);
  });
});
