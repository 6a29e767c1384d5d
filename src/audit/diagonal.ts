import type { Values } from '../kernels/kernels.js';
import { type Accumulator, type Sums, sumOfSquares, total } from './accumulate.js';
import type { Columns, Moments } from './moments.js';

/** Parameters that each belong to one unit: derivatives are aₖ·uₖ (or uₖ itself). */
export class DiagonalAccumulator implements Accumulator {
  readonly audited: number;
  readonly #quadratic: Float64Array[];
  readonly #quartic: Float64Array[];
  readonly #sampled: boolean;
  #secondMoment = 0;
  /** Products of units and inputs that were added. */
  #added = 0;

  /** `sampled`: whether the units are some of many, so that the spread of their quartic columns matters. */
  constructor(columns: Columns, units: number, sampled: boolean) {
    this.audited = units;
    this.#sampled = sampled;
    this.#quadratic = columns.quadratic.map(() => new Float64Array(units));
    this.#quartic = columns.quartic.map(() => new Float64Array(sampled ? units : 1));
  }

  add(moments: Moments, factors: Values | null, firstUnit: number): void {
    const { units, inputs } = moments;
    const informations = moments.quadratic[0] as Float64Array;
    for (let input = 0; input < inputs; input++) {
      for (let unit = 0; unit < units; unit++) {
        const [from, to] = [input * units + unit, firstUnit + unit];
        const square = factors ? (factors[input * this.audited + to] as number) ** 2 : 1;
        this.#secondMoment += (square * (informations[from] as number)) ** 2;
        addAt(this.#quadratic, to, moments.quadratic, from, square);
        addAt(this.#quartic, this.#sampled ? to : 0, moments.quartic, from, square * square);
      }
    }
    this.#added += inputs * units;
  }

  finish(): Sums {
    const inputs = this.#added / this.audited;
    const mean = (sums: Float64Array): Float64Array => sums.map((sum) => sum / inputs);
    const means = this.#quadratic.map(mean);
    const quarticMeans = this.#quartic.map(mean);
    return {
      audited: this.audited,
      quadratic: means.map(total),
      quartic: quarticMeans.map(total),
      secondMoment: this.#secondMoment / inputs,
      squares: means.map(sumOfSquares),
      means: this.#sampled ? means : null,
      quarticMeans: this.#sampled ? quarticMeans : null,
    };
  }
}

function addAt(
  sums: readonly Float64Array[],
  to: number,
  columns: readonly Float64Array[],
  from: number,
  factor: number,
): void {
  for (let c = 0; c < sums.length; c++) {
    const list = sums[c] as Float64Array;
    list[to] = (list[to] as number) + factor * ((columns[c] as Float64Array)[from] as number);
  }
}
