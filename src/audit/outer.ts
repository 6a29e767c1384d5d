import { float64 } from '../kernels/float64.js';
import type { Kernels, Values } from '../kernels/kernels.js';
import { type Accumulator, type Sums, total } from './accumulate.js';
import type { Columns, Moments } from './moments.js';

/** Inputs that are multiplied at once. Fixed, so that sums do not depend on the batch size. */
const BLOCK = 64;

/** Block products of no more parameters than this take no time in float64 either, and lose nothing. */
const FEW_PARAMETERS = 2 ** 12;

/**
 * Parameters of a product: that of factor j and unit k has derivatives a_j·u_k. Sums of the quartic columns are those
 * over factors times those over units; means for each parameter are products [factors, inputs]·[inputs, units].
 * The squared factors are taken less their least in a block, so that what is nearly constant over the inputs keeps its
 * variance in float32 (shifted data: Chan, Golub and LeVeque 1983, section 3) and nothing cancels.
 */
export class OuterAccumulator implements Accumulator {
  readonly audited: number;
  readonly #kernels: Kernels;
  readonly #factors: number;
  readonly #units: number;
  readonly #columns: number;
  readonly #products: Float64Array[];
  readonly #quadratic: Float64Array;
  readonly #quartic: Float64Array;
  readonly #squares: Float64Array;
  readonly #rows: Float64Array;
  #secondMoment = 0;
  #filled = 0;
  #inputs = 0;

  constructor(kernels: Kernels, columns: Columns, factors: number, units: number) {
    this.audited = factors * units;
    this.#kernels = factors * units <= FEW_PARAMETERS ? float64 : kernels;
    this.#factors = factors;
    this.#units = units;
    this.#columns = columns.quadratic.length;
    this.#products = columns.quadratic.map(() => new Float64Array(factors * units));
    this.#quadratic = new Float64Array(columns.quadratic.length);
    this.#quartic = new Float64Array(columns.quartic.length);
    this.#squares = new Float64Array(BLOCK * factors);
    this.#rows = new Float64Array(BLOCK * this.#columns * units);
  }

  add(moments: Moments, factors: Values | null): void {
    if (factors === null) throw new Error('an outer product needs factors');
    for (let input = 0; input < moments.inputs; input++) {
      const squares = Float64Array.from(
        factors.subarray(input * this.#factors, (input + 1) * this.#factors),
        (a) => a * a,
      );
      this.#addTotals(moments, input, squares);
      this.#collect(moments, input, squares);
    }
  }

  #addTotals(moments: Moments, input: number, squares: Float64Array): void {
    const row = (column: Float64Array): Float64Array => column.subarray(input * this.#units, (input + 1) * this.#units);
    const square = total(squares);
    const fourth = squares.reduce((sum, x) => sum + x * x, 0);
    moments.quadratic.forEach((column, c) => {
      this.#quadratic[c] = (this.#quadratic[c] as number) + square * total(row(column));
    });
    moments.quartic.forEach((column, c) => {
      this.#quartic[c] = (this.#quartic[c] as number) + fourth * total(row(column));
    });
    this.#secondMoment += fourth * row(moments.quadratic[0] as Float64Array).reduce((sum, x) => sum + x * x, 0);
    this.#inputs++;
  }

  #collect(moments: Moments, input: number, squares: Float64Array): void {
    this.#squares.set(squares, this.#filled * this.#factors);
    moments.quadratic.forEach((column, c) => {
      const own = column.subarray(input * this.#units, (input + 1) * this.#units);
      this.#rows.set(own, (this.#filled * this.#columns + c) * this.#units);
    });
    if (++this.#filled === BLOCK) this.#flush();
  }

  /** [factors, block] · [block, columns·units], both scaled so that tiny information survives float32. */
  #flush(): void {
    const kernels = this.#kernels;
    const [block, width] = [this.#filled, this.#columns * this.#units];
    this.#filled = 0;
    if (block === 0) return;
    const least = this.#shift(block);
    const unitSums = this.#sumRows(block, width);
    const factorScale = scaleDown(this.#squares.subarray(0, block * this.#factors));
    const scales = this.#scaleColumns(block).map((scale) => scale * factorScale);
    const product = kernels.scope(() => {
      const squares = kernels.tensor(this.#squares.subarray(0, block * this.#factors), [block, this.#factors]);
      const rows = kernels.tensor(this.#rows.subarray(0, block * width), [block, width]);
      return kernels.matMul(kernels.transpose(squares, [1, 0]), rows);
    });
    this.#addProduct(kernels.read(product), scales, least, unitSums);
    kernels.free(product);
  }

  /** Takes each factor's least square in the block off all of its squares; what was taken off. */
  #shift(block: number): Float64Array {
    const squares = this.#squares;
    const least = squares.slice(0, this.#factors);
    for (let k = 0; k < block * this.#factors; k++) {
      const j = k % this.#factors;
      least[j] = Math.min(least[j] as number, squares[k] as number);
    }
    for (let k = 0; k < block * this.#factors; k++)
      squares[k] = (squares[k] as number) - (least[k % this.#factors] as number);
    return least;
  }

  /** The columns of each unit summed over the block: [columns·units]. */
  #sumRows(block: number, width: number): Float64Array {
    const sums = new Float64Array(width);
    for (let k = 0; k < block * width; k++) sums[k % width] = (sums[k % width] as number) + (this.#rows[k] as number);
    return sums;
  }

  #addProduct(values: Values, scales: readonly number[], least: Float64Array, unitSums: Float64Array): void {
    for (let j = 0, from = 0; j < this.#factors; j++) {
      for (let c = 0; c < this.#columns; c++) {
        const sums = this.#products[c] as Float64Array;
        const scale = scales[c] as number;
        for (let unit = 0; unit < this.#units; unit++) {
          const shift = (least[j] as number) * (unitSums[c * this.#units + unit] as number);
          const k = j * this.#units + unit;
          sums[k] = (sums[k] as number) + scale * (values[from++] as number) + shift;
        }
      }
    }
  }

  /** Each column of the block, scaled; the scales. */
  #scaleColumns(block: number): number[] {
    const own = (input: number, c: number): Float64Array => {
      const at = (input * this.#columns + c) * this.#units;
      return this.#rows.subarray(at, at + this.#units);
    };
    return Array.from({ length: this.#columns }, (_, c) =>
      scaleDown(...Array.from({ length: block }, (_, input) => own(input, c))),
    );
  }

  finish(): Sums {
    this.#flush();
    for (const sums of this.#products)
      for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] as number) / this.#inputs;
    return {
      audited: this.audited,
      quadratic: [...this.#quadratic].map((sum) => sum / this.#inputs),
      quartic: [...this.#quartic].map((sum) => sum / this.#inputs),
      secondMoment: this.#secondMoment / this.#inputs,
      means: this.#products,
      quarticMeans: null,
    };
  }
}

/** Divides all numbers of the parts by the largest magnitude among them, which is returned (0: all are zero). */
function scaleDown(...parts: readonly Float64Array[]): number {
  let largest = 0;
  for (const part of parts) for (const x of part) largest = Math.max(largest, Math.abs(x));
  if (largest === 0) return 0;
  for (const part of parts) for (let k = 0; k < part.length; k++) part[k] = (part[k] as number) / largest;
  return largest;
}
