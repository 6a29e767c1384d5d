import { beforeAll, describe, expect, it } from 'vitest';
import type { Sums } from '../../src/audit/accumulate.js';
import { OuterAccumulator } from '../../src/audit/outer.js';
import { columnsFor, emptyMoments } from '../../src/audit/moments.js';
import { float64 } from '../../src/kernels/float64.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { float32Kernels } from '../support/backends.js';
import { Random } from '../support/random.js';

/** More parameters than those that are summed in float64 anyway. */
const [INPUTS, FACTORS, UNITS] = [150, 160, 110];
/** Sums of a block of 64 in float32, relative to the largest term of each. */
const ROUNDING = 64 * 2 ** -24;

/** Factors a [inputs, factors] and information q [inputs, units]. */
interface Data {
  readonly factors: Float32Array;
  readonly information: Float64Array;
}

function dataOf(
  title: string,
  factor: (noise: number, input: number) => number,
  information: (noise: number) => number,
): Data {
  const random = new Random(title);
  const noise = random.values([INPUTS * FACTORS]);
  return {
    factors: Float32Array.from(noise, (x, k) => factor(x, Math.floor(k / FACTORS))),
    information: Float64Array.from(random.values([INPUTS * UNITS]), information),
  };
}

function accumulate(kernels: Kernels, { factors, information }: Data): Sums {
  const columns = columnsFor([1]);
  const accumulator = new OuterAccumulator(kernels, columns, FACTORS, UNITS);
  const moments = emptyMoments(columns, INPUTS, UNITS);
  (moments.quadratic[0] as Float64Array).set(information);
  accumulator.add(moments, factors);
  return accumulator.finish();
}

/** Σ over the parameters of the variance over the inputs. */
const varianceOf = ({ secondMoment, means }: Sums): number =>
  secondMoment - (means[0] as Float64Array).reduce((sum, x) => sum + x * x, 0);

const cases = [
  dataOf(
    'ordinary',
    (x) => x,
    (x) => x * x,
  ),
  dataOf(
    'a first input far larger than all others',
    (x, input) => (input === 0 ? 1e5 : 1) * x,
    (x) => x * x,
  ),
  dataOf(
    'a factor that hardly varies',
    (x) => 1 + 1e-2 * x,
    () => 2,
  ),
  dataOf(
    'tiny factors and information',
    (x) => 1e-18 * x,
    (x) => 1e-30 * x * x,
  ),
];
const titles = ['ordinary', 'an outlier first', 'nearly constant', 'tiny'];

describe('sums over the inputs in float32 blocks', () => {
  let wasm: Kernels;
  beforeAll(async () => void (wasm = await float32Kernels('wasm')));

  it.each(titles)('%s: as in float64', (title) => {
    const data = cases[titles.indexOf(title)] as Data;
    const [found, truth] = [accumulate(wasm, data), accumulate(float64, data)];
    const wanted = truth.means[0] as Float64Array;
    (found.means[0] as Float64Array).forEach((mean, k) => {
      expect(Math.abs(mean - (wanted[k] as number))).toBeLessThanOrEqual(ROUNDING * (wanted[k] as number));
    });
    // What is nearly constant must not lose its variance to the rounding of its mean.
    expect(varianceOf(found) / varianceOf(truth)).toBeCloseTo(1, 4);
  });
});
