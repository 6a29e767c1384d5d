import { type Sums, sumOfSquares, total } from './accumulator.js';
import type { Columns, Moments } from '../moments.js';

/** Sums over the parameters of an outer product that are products of a sum over factors and one over units. */
export class OuterTotals {
  readonly #units: number;
  readonly #quadratic: Float64Array;
  readonly #quartic: Float64Array;
  #secondMoment = 0;
  #inputs = 0;

  constructor(columns: Columns, units: number) {
    this.#units = units;
    this.#quadratic = new Float64Array(columns.quadratic.length);
    this.#quartic = new Float64Array(columns.quartic.length);
  }

  /** Inputs that were added. */
  get inputs(): number {
    return this.#inputs;
  }

  /** One input of a batch, with its squared factors. */
  add(moments: Moments, input: number, squares: Float64Array): void {
    const row = (column: Float64Array): Float64Array => column.subarray(input * this.#units, (input + 1) * this.#units);
    const square = total(squares);
    const fourth = sumOfSquares(squares);
    moments.quadratic.forEach((column, c) => {
      this.#quadratic[c] = this.#quadratic[c]! + square * total(row(column));
    });
    moments.quartic.forEach((column, c) => {
      this.#quartic[c] = this.#quartic[c]! + fourth * total(row(column));
    });
    this.#secondMoment += fourth * sumOfSquares(row(moments.quadratic[0]!));
    this.#inputs++;
  }

  /** The sums of `audited` parameters, whose means have these sums of squares and of products. */
  finish(audited: number, squares: readonly number[], product: number): Sums {
    return {
      audited,
      quadratic: [...this.#quadratic].map((sum) => sum / this.#inputs),
      quartic: [...this.#quartic].map((sum) => sum / this.#inputs),
      secondMoment: this.#secondMoment / this.#inputs,
      squares,
      product,
      means: null,
      quarticMeans: null,
    };
  }
}
