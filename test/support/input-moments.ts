import type { Accumulator } from '../../src/engine/accumulators/accumulator.js';
import { type Columns, type Moments, emptyMoments, momentsOf } from '../../src/engine/moments.js';
import { Random } from './random.js';

/* Random factors and moments of inputs, for the tests of accumulators. */

/** More parameters than those that are summed in float64 anyway; inputs in blocks of 64, and some over. */
const [INPUTS, FACTORS, UNITS] = [150, 160, 110];
export const columns: Columns = { samples: [1], labels: true };

/** Factors a [inputs, factors] and moments [inputs, units]. */
export interface Data {
  readonly shape: readonly [inputs: number, factors: number, units: number];
  readonly factors: Float32Array;
  readonly moments: Moments;
}

/** `error`: of the draws, by noise of either sign. */
export function dataOf(
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

export function accumulate<Result>(accumulator: Accumulator<Result>, data: Data, batchSize = data.shape[0]): Result {
  const inputs = data.shape[0];
  for (let from = 0; from < inputs; from += batchSize) {
    accumulator.add(...batchOf(data, from, Math.min(inputs, from + batchSize)), 0);
  }
  return accumulator.finish();
}

const alternating = (input: number): number => (input % 2 === 0 ? 1 : -1);

export const cases = {
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
