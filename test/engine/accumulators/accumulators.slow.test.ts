import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Accumulator,
  type Sums,
  innerProduct,
  sumOfSquares,
} from '../../../src/engine/accumulators/accumulator.js';
import { GramAccumulator } from '../../../src/engine/accumulators/outer-product-gram.js';
import {
  ParameterAccumulator,
  type ParameterMeans,
  type WantedColumn,
} from '../../../src/engine/accumulators/per-parameter.js';
import { OuterAccumulator, outerAccumulator } from '../../../src/engine/accumulators/outer-product.js';
import {
  type Moments,
  emptyMoments,
  type Columns,
  listQuadratic,
  momentsOf,
  quadraticCount,
} from '../../../src/engine/moments.js';
import { float64 } from '../../../src/kernels/float64.js';
import type { Kernels } from '../../../src/kernels/kernels.js';
import { float32Kernels } from '../../support/backends.js';
import { Random } from '../../support/random.js';

/** More parameters than those that are summed in float64 anyway; inputs in blocks of 64, and some over. */
const [INPUTS, FACTORS, UNITS] = [150, 160, 110];
/** Sums of a block of 64 in float32, relative to the largest term of each. */
const ROUNDING = 64 * 2 ** -24;
const columns: Columns = { samples: [1], labels: true };

/** Factors a [inputs, factors] and moments [inputs, units]. */
interface Data {
  readonly shape: readonly [inputs: number, factors: number, units: number];
  readonly factors: Float32Array;
  readonly moments: Moments;
}

/** `error`: of the draws, by noise of either sign. */
function dataOf(
  title: string,
  factor: (noise: number, input: number) => number,
  information: (noise: number) => number,
  error: (noise: number, input: number) => number,
  shape: Data['shape'] = [INPUTS, FACTORS, UNITS],
): Data {
  const random = new Random(title);
  const [inputs, factors, units] = shape;
  const noise = random.values([inputs * factors]);
  const moments = emptyMoments(columns, inputs, units);
  for (const column of moments.quadratic) {
    const values = random.values([inputs * units]);
    // The empirical Fisher is not negative either.
    const isSquare = column === moments.information || column === moments.empirical;
    column.set(values.map((x, k) => (isSquare ? information(x) : error(x, Math.floor(k / units)))));
  }
  for (const column of moments.quartic) column.set(random.values([inputs * units]));
  return { shape, factors: Float32Array.from(noise, (x, k) => factor(x, Math.floor(k / factors))), moments };
}

/** Rows `from` to `to` of the inputs. */
function batchOf({ moments, factors, shape }: Data, from: number, to: number): [Moments, Float32Array] {
  const [, width, units] = shape;
  const rows = (column: Float64Array): Float64Array => column.subarray(from * units, to * units);
  const [quadratic, quartic] = [moments.quadratic.map(rows), moments.quartic.map(rows)];
  const batch = momentsOf(columns, { inputs: to - from, units, quadratic, quartic });
  return [batch, factors.subarray(from * width, to * width)];
}

function accumulate<Result>(accumulator: Accumulator<Result>, data: Data, batchSize = data.shape[0]): Result {
  const inputs = data.shape[0];
  for (let from = 0; from < inputs; from += batchSize) {
    accumulator.add(...batchOf(data, from, Math.min(inputs, from + batchSize)), 0);
  }
  return accumulator.finish();
}

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

const alternating = (input: number): number => (input % 2 === 0 ? 1 : -1);

const cases = {
  ordinary: dataOf(
    'ordinary',
    (x) => x,
    (x) => x * x,
    (x) => x,
  ),
  'a first input far larger than all others': dataOf(
    'a first input far larger than all others',
    (x, input) => (input === 0 ? 1e5 : 1) * x,
    (x) => x * x,
    (x) => x,
  ),
  'a factor that hardly varies': dataOf(
    'a factor that hardly varies',
    (x) => 1 + 1e-2 * x,
    () => 2,
    (x) => x,
  ),
  'tiny factors and information': dataOf(
    'tiny factors and information',
    (x) => 1e-18 * x,
    (x) => 1e-30 * x * x,
    (x) => 1e-30 * x,
  ),
  'errors that cancel all but a hundredth': dataOf(
    'errors that cancel all but a hundredth',
    (x) => 1 + 1e-2 * x,
    (x) => x * x,
    (x, input) => alternating(input) + 1e-2 * x,
  ),
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

describe.each(Object.entries(cases))(
  'means for each parameter: %s',
  (_, { shape: [inputs, width, units], ...rest }) => {
    const data = { shape: [inputs, width, units] as const, ...rest };
    const others: WantedColumn<'error' | 'variance'>[] = [
      { name: 'error', power: 1, of: ({ errors }) => errors.gradient[0]! },
      { name: 'variance', power: 2, of: ({ estimators }) => estimators.hessian.variance },
    ];
    const every = { indices: Array.from({ length: units }, (_unused, unit) => unit) };
    const start = { start: 0, factor: 1 };

    /** Means and variance of a²·information, and means of a²·error and a⁴·variance, from all inputs at once. */
    function expectParameter(
      found: ParameterMeans,
      at: number,
      squareOf: (input: number) => number,
      unit: number,
    ): void {
      const { moments } = data;
      const values = (column: Float64Array, power: number): number[] =>
        Array.from({ length: inputs }, (_unused, m) => squareOf(m) ** power * column[m * units + unit]!);
      const mean = (list: number[]): number => list.reduce((sum, x) => sum + x, 0) / inputs;
      const close = (x: number | undefined, list: number[], wanted: number): void =>
        expect(Math.abs((x ?? NaN) - wanted), `parameter ${at}`).toBeLessThanOrEqual(
          4 * inputs * Number.EPSILON * mean(list.map(Math.abs)),
        );
      const informations = values(moments.information, 1);
      const centre = mean(informations);
      close(found.information[at], informations, centre);
      const deviations = informations.map((x) => (x - centre) ** 2);
      // The mean itself is rounded, and with it every deviation.
      const slack = 4 * inputs * Number.EPSILON * Math.sqrt(mean(deviations)) * centre;
      const wanted = mean(deviations);
      expect(Math.abs((found.inputVariance[at] ?? NaN) - wanted)).toBeLessThanOrEqual(1e-12 * wanted + slack);
      const errors = values(moments.errors.gradient[0]!, 1);
      close(found.others.get('error')?.[at], errors, mean(errors));
      const variances = values(moments.estimators.hessian.variance, 2);
      close(found.others.get('variance')?.[at], variances, mean(variances));
    }

    const squares = (factor: number) => (input: number) => data.factors[input * width + factor]! ** 2;

    it('those of an outer product, and the batch size changes nothing', () => {
      const planned = { route: { kind: 'outer', ...start }, audited: width * units } as const;
      const make = (): Accumulator<ParameterMeans> => new ParameterAccumulator(others, planned, every);
      const means = accumulate(make(), data);
      for (let at = 0; at < width * units; at += 97)
        expectParameter(means, at, squares(Math.floor(at / units)), at % units);
      for (const size of [1, 7, 64, 100]) expect(accumulate(make(), data, size)).toEqual(means);
    });

    it('those of units with a factor each, some at a time, in the order of the tensor', () => {
      const indices = every.indices.map((unit) => (unit * 7) % units);
      const planned = { route: { kind: 'diagonal', ...start }, audited: units } as const;
      const accumulator = new ParameterAccumulator(others, planned, { indices });
      const own = Float32Array.from({ length: inputs * units }, (_unused, k) => {
        return data.factors[Math.floor(k / units) * width + (k % units)]!;
      });
      const cut = (column: Float64Array, from: number, to: number): Float64Array =>
        column.filter((_x, k) => k % units >= from && k % units < to);
      for (const [from, to] of [
        [0, 30],
        [30, units],
      ] as const) {
        const part = (list: readonly Float64Array[]): Float64Array[] => list.map((column) => cut(column, from, to));
        const { quadratic, quartic } = data.moments;
        const lists = { quadratic: part(quadratic), quartic: part(quartic) };
        accumulator.add(momentsOf(columns, { inputs, units: to - from, ...lists }), own, from);
      }
      const means = accumulator.finish();
      indices.forEach((index, unit) => expectParameter(means, index, squares(unit), unit));
    });
  },
);

it('a block in several products', async () => {
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

  it('is that which holds fewer numbers where there are many', () => {
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
