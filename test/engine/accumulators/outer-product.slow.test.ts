import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Accumulator,
  type Sums,
  innerProduct,
  sumOfSquares,
} from '../../../src/engine/accumulators/accumulator.js';
import { GramAccumulator } from '../../../src/engine/accumulators/outer-product-gram.js';
import { OuterAccumulator, outerAccumulator } from '../../../src/engine/accumulators/outer-product.js';
import { listQuadratic, quadraticCount } from '../../../src/engine/moments.js';
import { float64 } from '../../../src/kernels/float64.js';
import type { Kernels } from '../../../src/kernels/kernels.js';
import { float32Kernels } from '../../support/backends.js';
import { type Data, accumulate, cases, columns, dataOf } from '../../support/input-moments.js';

/** Sums of a block of 64 in float32, relative to the largest term of each. */
const ROUNDING = 64 * 2 ** -24;

const productForm = (kernels: Kernels, { shape: [, factors, units] }: Data): Accumulator =>
  new OuterAccumulator(kernels, columns, factors, units);
const gramForm = ({ shape: [, factors, units] }: Data): Accumulator => new GramAccumulator(columns, factors, units);

/** The means over the inputs, for each column, parameter by parameter. */
function meansOf({ shape: [inputs, factors, units], factors: a, moments }: Data): Float64Array[] {
  return moments.quadratic.map((column) =>
    Float64Array.from({ length: factors * units }, (_, parameter) => {
      const [j, unit] = [Math.floor(parameter / units), parameter % units];
      let sum = 0;
      for (let m = 0; m < inputs; m++) sum += a[m * factors + j]! ** 2 * column[m * units + unit]!;
      return sum / inputs;
    }),
  );
}

const expectClose = (found: readonly number[], wanted: readonly number[], tolerance: number): void => {
  expect(found).toHaveLength(wanted.length);
  found.forEach((x, c) => {
    expect(Math.abs(x / wanted[c]! - 1), `column ${c}`).toBeLessThanOrEqual(tolerance);
  });
};

/** Σ over the parameters of the variance over the inputs. */
const varianceOf = ({ secondMoment }: Sums, squares: number): number => secondMoment - squares;

describe.each(Object.entries(cases))('sums over the inputs: %s', (_, data) => {
  let wasm: Kernels;
  let truth: number[];
  let product: number;
  beforeAll(async () => {
    wasm = await float32Kernels('wasm');
    const means = meansOf(data);
    truth = means.map(sumOfSquares);
    product = innerProduct(means[0]!, means.at(-1)!);
  });

  it.each(['product form', 'Gram form'])('%s in float64, and the batch size changes nothing', (form) => {
    const make = (): Accumulator => (form === 'Gram form' ? gramForm(data) : productForm(float64, data));
    const sums = accumulate(make(), data);
    expectClose(listQuadratic(sums.squares), truth, 1e-9);
    expectClose([sums.product], [product], 1e-9);
    for (const size of [1, 7, 64, 100]) expect(accumulate(make(), data, size)).toEqual(sums);
  });

  it('product form in float32 blocks, and the batch size changes nothing', () => {
    const sums = accumulate(productForm(wasm, data), data);
    expectClose([sums.squares.information], truth.slice(0, 1), 2 * ROUNDING);
    expectClose(listQuadratic(sums.squares), truth, 1e-4);
    expectClose([sums.product], [product], 2 * ROUNDING);
    // What is nearly constant must not lose its variance to the rounding of its mean.
    expect(varianceOf(sums, sums.squares.information) / varianceOf(sums, truth[0]!)).toBeCloseTo(1, 4);
    for (const size of [1, 7, 64, 100]) expect(accumulate(productForm(wasm, data), data, size)).toEqual(sums);
  });

  it('the other sums do not depend on the form', () => {
    const others = ({ squares: _, product: __, ...rest }: Sums): object => rest;
    expect(others(accumulate(gramForm(data), data))).toEqual(others(accumulate(productForm(wasm, data), data)));
  });
});

it('a large block is computed in several products', async () => {
  const shape = [66, 2400, 640] as const;
  const data = dataOf(
    'large',
    (x) => x,
    (x) => x * x,
    (x) => x,
    shape,
  );
  const wasm = await float32Kernels('wasm');
  const largest = { numbers: 0 };
  const watched: Kernels = {
    ...wasm,
    matMul: (left, right) => {
      largest.numbers = Math.max(largest.numbers, left.shape[0]! * right.shape[1]!);
      return wasm.matMul(left, right);
    },
  };
  const sums = accumulate(productForm(watched, data), data);
  expectClose(listQuadratic(sums.squares), listQuadratic(accumulate(gramForm(data), data).squares), 1e-6);
  expect(largest.numbers).toBeLessThanOrEqual(2 ** 22);
  expect(quadraticCount(columns) * 2400 * 640).toBeGreaterThan(2 ** 22);
});

describe('the form', () => {
  const form = (factors: number, units: number, inputs: number): unknown =>
    outerAccumulator(float64, columns, factors, units, inputs).constructor;

  it('is the one that holds fewer numbers if there are many', () => {
    expect(form(1024, 1024, 64)).toBe(OuterAccumulator);
    expect(form(2 ** 20, 2 ** 12, 64)).toBe(GramAccumulator);
    expect(form(4097, 1024, 64)).toBe(GramAccumulator);
    expect(form(4097, 1024, 900)).toBe(OuterAccumulator);
    expect(form(2 ** 23, 1, 1)).toBe(OuterAccumulator);
  });

  it('does not depend on the number of sample counts', () => {
    const many = { samples: [1, 2, 4, 8, 16], labels: false };
    for (const inputs of [800, 830]) {
      expect(outerAccumulator(float64, many, 4097, 1024, inputs).constructor).toBe(form(4097, 1024, inputs));
    }
  });
});
