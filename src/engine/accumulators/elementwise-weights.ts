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
  /** For each input the sums over the units of each quartic column and of I². Their order does not depend on ranges. */
  readonly #byInput: Float64Array[] = [];

  /** `sampled`: the units are a sample, so that quartic means are needed for each of them. */
  constructor(columns: Columns, units: number, sampled: boolean) {
    const zeros = (length: number): Float64Array[] => Array.from({ length }, () => new Float64Array(units));
    this.audited = units;
    this.#columns = columns;
    this.#quadratic = zeros(quadraticCount(columns));
    this.#quartic = sampled ? zeros(quarticCount(columns)) : null;
  }

  add(moments: Moments, factors: Values | null, firstUnit: number): void {
    const { units, inputs, quadratic, quartic, information } = moments;
    if (firstUnit === 0) {
      for (let input = 0; input < inputs; input++) this.#byInput.push(new Float64Array(quartic.length + 1));
    }
    for (let input = 0; input < inputs; input++) {
      const totals = this.#byInput.at(input - inputs)!;
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

  finish(): Sums {
    const columns = this.#columns;
    const inputs = this.#byInput.length;
    const mean = (sums: Float64Array): Float64Array => {
      for (let k = 0; k < sums.length; k++) sums[k]! /= inputs;
      return sums;
    };
    const totals = Array.from(
      { length: quarticCount(columns) + 1 },
      (_, c) => this.#byInput.reduce((sum, own) => sum + own[c]!, 0) / inputs,
    );
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
