import type { Values } from '../../kernels/kernels.js';
import { total } from './accumulator.js';
import { type Columns, type Moments, drawnVariance, rareVariance } from '../moments.js';
import type { Route } from '../plan/types.js';

/** How much of a weight's label variance drawn labels account for, input by input: what the luck of the draws may do. */
export class DrawnSpread {
  readonly #columns: readonly [number, number];
  /** For each input what drawn labels contribute, and its standard deviation were rare labels like likely ones. */
  readonly #byInput: [number, number][] = [];

  constructor({ quartic }: Columns) {
    this.#columns = [quartic.indexOf(drawnVariance), quartic.indexOf(rareVariance)];
  }

  /** Some units of one batch, from `firstUnit` on; `factors` are those of the weight's route, a [inputs, n]. */
  add({ inputs, units, quartic }: Moments, route: Route, factors: Values | null, firstUnit: number): void {
    if (firstUnit === 0) for (let input = 0; input < inputs; input++) this.#byInput.push([0, 0]);
    const begin = this.#byInput.length - inputs;
    const fourths = Float64Array.from(factors ?? [], (a) => a ** 4);
    const width = fourths.length / inputs;
    for (let input = 0; input < inputs; input++) {
      const weights = fourths.subarray(input * width, (input + 1) * width);
      const sums = this.#byInput[begin + input]!;
      this.#columns.forEach((column, k) => {
        const own = quartic[column]!.subarray(input * units, (input + 1) * units);
        sums[k as 0 | 1] += route.kind === 'outer' ? total(weights) * total(own) : weighted(own, weights, firstUnit);
      });
    }
  }

  /**
   * Standard error that drawn labels leave in the mean over the inputs of the summed variance: their spread over the
   * inputs, which is no less (with one input all of what they add), and what rare labels would add.
   */
  error(): number {
    const count = this.#byInput.length;
    const mean = this.#byInput.reduce((sum, [drawn]) => sum + drawn, 0) / count;
    const squares = this.#byInput.reduce((sum, [drawn]) => sum + (drawn - mean) ** 2, 0);
    const spread = count === 1 ? mean : Math.sqrt(squares / (count - 1) / count);
    const rare = Math.sqrt(this.#byInput.reduce((sum, [, deviation]) => sum + deviation ** 2, 0)) / count;
    return Math.hypot(spread, rare);
  }
}

/** Σ of numbers, each times the weight of its unit; all weights are 1 where there are none. */
const weighted = (own: Float64Array, weights: Float64Array, firstUnit: number): number =>
  own.reduce((sum, x, unit) => sum + (weights[firstUnit + unit] ?? 1) * x, 0);
