import type { Values } from '../../kernels/kernels.js';
import type { Moments } from '../moments.js';
import type { Route } from '../plan/types.js';
import { total } from './accumulator.js';

/**
 * Standard error that label draws cause in the label variance of one weight, summed over its parameters. It follows
 * from the contributions of the drawn labels, input by input.
 */
export class DrawnLabelError {
  /** For each input the contribution of the drawn labels, and the standard deviation that rare labels may add. */
  readonly #byInput: [drawn: number, rare: number][] = [];

  /** Adds some units of one batch, from `firstUnit` on; `factors` are those of the weight's route, a [inputs, n]. */
  add(moments: Moments, route: Route, factors: Values | null, firstUnit: number): void {
    const { inputs, units, drawnVariance, rareVariance } = moments;
    if (firstUnit === 0) for (let input = 0; input < inputs; input++) this.#byInput.push([0, 0]);
    const begin = this.#byInput.length - inputs;
    const fourths = Float64Array.from(factors ?? [], (a) => a ** 4);
    const width = fourths.length / inputs;
    for (let input = 0; input < inputs; input++) {
      const weights = fourths.subarray(input * width, (input + 1) * width);
      const sum = (column: Float64Array): number => {
        const own = column.subarray(input * units, (input + 1) * units);
        return route.kind === 'outer' ? total(weights) * total(own) : weightedSum(own, weights, firstUnit);
      };
      const sums = this.#byInput[begin + input]!;
      sums[0] += sum(drawnVariance);
      sums[1] += sum(rareVariance);
    }
  }

  /**
   * The standard error of the mean over the inputs. The contributions differ between inputs at least as much as between
   * draws, so their standard error over the inputs is an upper estimate; of one input it is the whole contribution.
   */
  standardError(): number {
    const count = this.#byInput.length;
    const mean = this.#byInput.reduce((sum, [drawn]) => sum + drawn, 0) / count;
    const squares = this.#byInput.reduce((sum, [drawn]) => sum + (drawn - mean) ** 2, 0);
    const overInputs = count === 1 ? mean : Math.sqrt(squares / (count - 1) / count);
    const rare = Math.sqrt(this.#byInput.reduce((sum, [, deviation]) => sum + deviation ** 2, 0)) / count;
    return Math.hypot(overInputs, rare);
  }
}

/** Σ of numbers, each times the weight of its unit; without weights the plain sum. */
const weightedSum = (own: Float64Array, weights: Float64Array, firstUnit: number): number =>
  own.reduce((sum, x, unit) => sum + (weights[firstUnit + unit] ?? 1) * x, 0);
