import type { Kernels } from './kernels.js';

/** Speed of a backend on this machine. */
export interface Rates {
  readonly flopsPerSecond: number;
  readonly elementsPerSecond: number;
}

const SIZE = 512;
const REPEATS = 3;

/** Measures one product and one element-wise pass: the fastest of a few runs, after one run to warm up. */
export function calibrate(kernels: Kernels): Rates {
  const square = kernels.fill([SIZE, SIZE], 0.5);
  const wide = kernels.fill([4 * SIZE, SIZE], 0.5);
  const rates = {
    flopsPerSecond: (2 * SIZE ** 3) / best(() => kernels.free(kernels.matMul(square, square))),
    elementsPerSecond: (4 * SIZE * SIZE) / best(() => kernels.free(kernels.multiply(wide, wide))),
  };
  kernels.free([square, wide]);
  return rates;
}

/** Seconds of the fastest run. */
function best(run: () => void): number {
  run();
  const times = Array.from({ length: REPEATS }, () => {
    const begin = performance.now();
    run();
    return (performance.now() - begin) / 1000;
  });
  return Math.min(...times);
}
