import type { Values } from '../../kernels/kernels.js';
import { type Accumulator, type Sums, innerProduct, sumOfSquares, total } from './accumulator.js';
import { type Columns, type Moments, contrasted } from '../moments.js';

/** Parameters that each belong to one unit: derivatives are aₖ·uₖ (or uₖ itself). */
export class DiagonalAccumulator implements Accumulator {
  readonly audited: number;
  readonly #columns: Columns;
  readonly #quadratic: Float64Array[];
  readonly #quartic: Float64Array[] | null;
  /** For each input sums over the units, of the quartic columns and of I²: in an order that parts do not change. */
  readonly #byInput: Float64Array[] = [];

  /** `sampled`: whether the units are some of many, so that the spread of their quartic columns matters. */
  constructor(columns: Columns, units: number, sampled: boolean) {
    this.audited = units;
    this.#columns = columns;
    this.#quadratic = columns.quadratic.map(() => new Float64Array(units));
    this.#quartic = sampled ? columns.quartic.map(() => new Float64Array(units)) : null;
  }

  add(moments: Moments, factors: Values | null, firstUnit: number): void {
    const { units, inputs, quartic } = moments;
    const informations = moments.quadratic[0]!;
    if (firstUnit === 0) {
      for (let input = 0; input < inputs; input++) this.#byInput.push(new Float64Array(quartic.length + 1));
    }
    for (let input = 0; input < inputs; input++) {
      const totals = this.#byInput.at(input - inputs)!;
      for (let unit = 0; unit < units; unit++) {
        const [from, to] = [input * units + unit, firstUnit + unit];
        const square = factors ? factors[input * this.audited + to]! ** 2 : 1;
        addAt(this.#quadratic, to, moments.quadratic, from, square);
        if (this.#quartic) addAt(this.#quartic, to, quartic, from, square * square);
        for (let c = 0; c < quartic.length; c++) {
          totals[c]! += square * square * quartic[c]![from]!;
        }
        const information = square * informations[from]!;
        totals[quartic.length]! += information * information;
      }
    }
  }

  finish(): Sums {
    const inputs = this.#byInput.length;
    const mean = (sums: Float64Array): Float64Array => {
      for (let k = 0; k < sums.length; k++) sums[k]! /= inputs;
      return sums;
    };
    const columns = this.#byInput[0]?.length ?? 1;
    const totals = Array.from(
      { length: columns },
      (_, c) => this.#byInput.reduce((sum, own) => sum + own[c]!, 0) / inputs,
    );
    const means = this.#quadratic.map(mean);
    const contrast = contrasted(this.#columns, means);
    return {
      audited: this.audited,
      quadratic: means.map(total),
      quartic: totals.slice(0, -1),
      secondMoment: totals.at(-1)!,
      squares: means.map(sumOfSquares),
      product: contrast ? innerProduct(...contrast) : 0,
      means: this.#quartic ? means : null,
      quarticMeans: this.#quartic?.map(mean) ?? null,
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
    const list = sums[c]!;
    list[to]! += factor * columns[c]![from]!;
  }
}
