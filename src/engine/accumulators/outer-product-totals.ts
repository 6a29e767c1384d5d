import { type Columns, type Moments, nameQuadratic, nameQuartic, quadraticCount, quarticCount } from '../moments.js';
import { type Sums, sumOfSquares, total } from './accumulator.js';

/** Sums over the parameters of an outer product: each is a sum over the factors times a sum over the units. */
export class OuterTotals {
  readonly #columns: Columns;
  readonly #units: number;
  readonly #quadratic: Float64Array;
  readonly #quartic: Float64Array;
  #secondMoment = 0;
  #inputs = 0;

  constructor(columns: Columns, units: number) {
    this.#columns = columns;
    this.#units = units;
    this.#quadratic = new Float64Array(quadraticCount(columns));
    this.#quartic = new Float64Array(quarticCount(columns));
  }

  /** Inputs that were added. */
  get inputs(): number {
    return this.#inputs;
  }

  /** Adds one input of a batch, with its squared factors. */
  add(moments: Moments, input: number, squares: Float64Array): void {
    const row = (column: Float64Array): Float64Array => column.subarray(input * this.#units, (input + 1) * this.#units);
    const square = total(squares);
    const fourth = sumOfSquares(squares);
    moments.quadratic.forEach((column, c) => {
      this.#quadratic[c]! += square * total(row(column));
    });
    moments.quartic.forEach((column, c) => {
      this.#quartic[c]! += fourth * total(row(column));
    });
    this.#secondMoment += fourth * sumOfSquares(row(moments.information));
    this.#inputs++;
  }

  /**
   * The sums of `audited` parameters. `squares` are the sums of their squared means, for each quadratic column;
   * `product` is that of their information times their empirical Fisher.
   */
  finish(audited: number, squares: readonly number[], product: number): Sums {
    const mean = (sum: number): number => sum / this.#inputs;
    return {
      audited,
      quadratic: nameQuadratic(this.#columns, [...this.#quadratic].map(mean)),
      quartic: nameQuartic(this.#columns, [...this.#quartic].map(mean)),
      secondMoment: mean(this.#secondMoment),
      squares: nameQuadratic(this.#columns, squares),
      product,
      means: null,
      quarticMeans: null,
    };
  }
}
