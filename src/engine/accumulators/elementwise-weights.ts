import type { Values } from '../../kernels/kernels.js';
import {
  type Columns,
  type Moments,
  informationAndEmpirical,
  nameQuadratic,
  nameQuartic,
  quadraticCount,
  quarticCount,
} from '../moments.js';
import { type Accumulator, type Sums, innerProduct, sumOfSquares, total } from './accumulator.js';

/** Parameters that belong to one unit each: derivatives are aₖ·uₖ (or uₖ itself). */
export class ElementwiseAccumulator implements Accumulator {
  readonly audited: number;
  readonly #columns: Columns;
  /** [column][unit]. */
  readonly #quadratic: Float64Array[];
  readonly #quartic: Float64Array[] | null;
  /** Sums over inputs and units of each quartic column and of I². */
  readonly #totals: Float64Array;
  /**
   * The same sums over the units for each input of the current batch, which join the totals once all units are there:
   * the order of the additions does not depend on how units are split into ranges.
   */
  #byInput: Float64Array[] = [];
  #inputs = 0;

  /** `sampled`: the units are a sample, so that quartic means are needed for each of them. */
  constructor(columns: Columns, units: number, sampled: boolean) {
    const zeros = (length: number): Float64Array[] => Array.from({ length }, () => new Float64Array(units));
    this.audited = units;
    this.#columns = columns;
    this.#quadratic = zeros(quadraticCount(columns));
    this.#quartic = sampled ? zeros(quarticCount(columns)) : null;
    this.#totals = new Float64Array(quarticCount(columns) + 1);
  }

  add(moments: Moments, factors: Values | null, firstUnit: number): void {
    const { units, inputs, quadratic, quartic, information } = moments;
    if (firstUnit === 0) this.#startBatch(inputs);
    for (let input = 0; input < inputs; input++) {
      const totals = this.#byInput[input]!;
      for (let unit = 0; unit < units; unit++) {
        const [from, to] = [input * units + unit, firstUnit + unit];
        const square = factors ? factors[input * this.audited + to]! ** 2 : 1;
        addAt(this.#quadratic, to, quadratic, from, square);
        if (this.#quartic) addAt(this.#quartic, to, quartic, from, square * square);
        for (let c = 0; c < quartic.length; c++) {
          totals[c]! += square * square * quartic[c]![from]!;
        }
        const own = square * information[from]!;
        totals[quartic.length]! += own * own;
      }
    }
  }

  /** Adds the sums of the batch before to the totals, and starts those of the next one. */
  #startBatch(inputs: number): void {
    for (const own of this.#byInput) own.forEach((sum, c) => (this.#totals[c]! += sum));
    this.#inputs += inputs;
    this.#byInput = Array.from({ length: inputs }, () => new Float64Array(this.#totals.length));
  }

  finish(): Sums {
    this.#startBatch(0);
    const columns = this.#columns;
    const inputs = this.#inputs;
    const mean = (sums: Float64Array): Float64Array => {
      for (let k = 0; k < sums.length; k++) sums[k]! /= inputs;
      return sums;
    };
    const totals = [...this.#totals].map((sum) => sum / inputs);
    const means = this.#quadratic.map(mean);
    const pair = informationAndEmpirical(columns, means);
    return {
      audited: this.audited,
      quadratic: nameQuadratic(columns, means.map(total)),
      quartic: nameQuartic(columns, totals),
      secondMoment: totals.at(-1)!,
      squares: nameQuadratic(columns, means.map(sumOfSquares)),
      product: pair ? innerProduct(...pair) : 0,
      means: this.#quartic ? nameQuadratic(columns, means) : null,
      quarticMeans: this.#quartic ? nameQuartic(columns, this.#quartic.map(mean)) : null,
    };
  }
}

/** sums[·][to] += factor·columns[·][from] */
function addAt(
  sums: readonly Float64Array[],
  to: number,
  columns: readonly Float64Array[],
  from: number,
  factor: number,
): void {
  for (let c = 0; c < sums.length; c++) {
    sums[c]![to]! += factor * columns[c]![from]!;
  }
}
