import { float64 } from '../../kernels/float64.js';
import type { Kernels, Values } from '../../kernels/kernels.js';
import { type Columns, type Moments, informationAndEmpirical, quadraticCount } from '../moments.js';
import { type Accumulator, type Sums, innerProduct, sumOfSquares } from './accumulator.js';
import { GramAccumulator } from './outer-product-gram.js';
import { OuterTotals } from './outer-product-totals.js';

/** Inputs that are multiplied at once. Fixed, so that sums do not depend on the batch size. */
const BLOCK = 64;

/** Up to this many parameters, block products are fast in float64 as well, and more precise. */
const FEW_PARAMETERS = 2 ** 12;

/** Numbers in the result of one product, unless a single factor has more: 16 MB in float32. */
const PRODUCT_NUMBERS = 2 ** 22;

/** Up to this many parameters, a sum is held for each: 100 MB for the three columns of one sample count. */
const HELD_PARAMETERS = 2 ** 22;

/** Whether the Gram form is used, which keeps factors and columns of every input instead of sums for every parameter. */
export function heldByInput(factors: number, units: number, inputs: number): boolean {
  const parameters = factors * units;
  return parameters > HELD_PARAMETERS && inputs * (factors + units) < parameters;
}

/**
 * Sums for a weight [factors, units] over `inputs` inputs: for each parameter, or in Gram form where that holds fewer
 * numbers. The comparison is for one column, so that the form, and with it the rounding of the figures, does not depend
 * on the other sample counts.
 */
export function outerAccumulator(
  kernels: Kernels,
  columns: Columns,
  factors: number,
  units: number,
  inputs: number,
): Accumulator {
  return heldByInput(factors, units, inputs)
    ? new GramAccumulator(columns, factors, units)
    : new OuterAccumulator(kernels, columns, factors, units);
}

/**
 * Parameters of a product: that of factor j and unit k has derivatives a_j·u_k. Sums of the quartic columns are those
 * over factors times those over units; means for each parameter are products [factors, inputs]·[inputs, units].
 * The smallest squared factor in a block is subtracted before the product, so that factors that are nearly constant over
 * the inputs keep their variance in float32 (shifted data: Chan, Golub and LeVeque 1983, section 3).
 */
export class OuterAccumulator implements Accumulator {
  readonly audited: number;
  readonly #kernels: Kernels;
  readonly #factors: number;
  readonly #units: number;
  readonly #columns: Columns;
  readonly #products: Float64Array[];
  readonly #totals: OuterTotals;
  readonly #squares: Float64Array;
  readonly #rows: Float64Array;
  #filled = 0;

  constructor(kernels: Kernels, columns: Columns, factors: number, units: number) {
    this.audited = factors * units;
    this.#kernels = factors * units <= FEW_PARAMETERS ? float64 : kernels;
    this.#factors = factors;
    this.#units = units;
    this.#columns = columns;
    this.#products = Array.from({ length: this.#width }, () => new Float64Array(factors * units));
    this.#totals = new OuterTotals(columns, units);
    this.#squares = new Float64Array(BLOCK * factors);
    this.#rows = new Float64Array(BLOCK * this.#width * units);
  }

  add(moments: Moments, factors: Values | null): void {
    if (factors === null) throw new Error('an outer product needs factors');
    for (let input = 0; input < moments.inputs; input++) {
      const squares = Float64Array.from(
        factors.subarray(input * this.#factors, (input + 1) * this.#factors),
        (a) => a * a,
      );
      this.#totals.add(moments, input, squares);
      this.#collect(moments, input, squares);
    }
  }

  #collect(moments: Moments, input: number, squares: Float64Array): void {
    this.#squares.set(squares, this.#filled * this.#factors);
    moments.quadratic.forEach((column, c) => {
      const own = column.subarray(input * this.#units, (input + 1) * this.#units);
      this.#rows.set(own, (this.#filled * this.#width + c) * this.#units);
    });
    if (++this.#filled === BLOCK) this.#flush();
  }

  /** [factors, block] · [block, columns·units], both scaled so that tiny information survives float32. */
  #flush(): void {
    const [block, width] = [this.#filled, this.#width * this.#units];
    this.#filled = 0;
    if (block === 0) return;
    const least = this.#shift(block);
    const unitSums = this.#sumRows(block, width);
    const factorScale = scaleDown(this.#squares.subarray(0, block * this.#factors));
    const scales = this.#scaleColumns(block).map((scale) => scale * factorScale);
    this.#multiply(block, width, (values, first) => {
      this.#addProduct(values, first, scales, least, unitSums);
    });
  }

  /** The products of some factors at a time, [count, columns·units] from factor `first` on. */
  #multiply(block: number, width: number, take: (values: Values, first: number) => void): void {
    const kernels = this.#kernels;
    const step = Math.max(1, Math.floor(PRODUCT_NUMBERS / width));
    kernels.scope(() => {
      const squares = kernels.tensor(this.#squares.subarray(0, block * this.#factors), [block, this.#factors]);
      const rows = kernels.tensor(this.#rows.subarray(0, block * width), [block, width]);
      const transposed = kernels.transpose(squares, [1, 0]);
      for (let first = 0; first < this.#factors; first += step) {
        const size = [Math.min(step, this.#factors - first), block];
        const product = kernels.scope(() => kernels.matMul(kernels.slice(transposed, [first, 0], size), rows));
        take(kernels.read(product), first);
        kernels.free(product);
      }
    });
  }

  get #width(): number {
    return quadraticCount(this.#columns);
  }

  /** Subtracts each factor's smallest square in the block from all of its squares; returns what was subtracted. */
  #shift(block: number): Float64Array {
    const squares = this.#squares;
    const least = squares.slice(0, this.#factors);
    for (let k = 0; k < block * this.#factors; k++) {
      const j = k % this.#factors;
      least[j] = Math.min(least[j]!, squares[k]!);
    }
    for (let k = 0; k < block * this.#factors; k++) squares[k]! -= least[k % this.#factors]!;
    return least;
  }

  /** The columns of each unit summed over the block: [columns·units]. */
  #sumRows(block: number, width: number): Float64Array {
    const sums = new Float64Array(width);
    for (let k = 0; k < block * width; k++) sums[k % width]! += this.#rows[k]!;
    return sums;
  }

  #addProduct(
    values: Values,
    first: number,
    scales: readonly number[],
    least: Float64Array,
    unitSums: Float64Array,
  ): void {
    for (let j = first, from = 0; from < values.length; j++) {
      for (let c = 0; c < this.#width; c++) {
        const sums = this.#products[c]!;
        const scale = scales[c]!;
        for (let unit = 0; unit < this.#units; unit++) {
          const shift = least[j]! * unitSums[c * this.#units + unit]!;
          const k = j * this.#units + unit;
          sums[k] = sums[k]! + scale * values[from++]! + shift;
        }
      }
    }
  }

  /** Scales each column of the block; returns the scales. */
  #scaleColumns(block: number): number[] {
    const own = (input: number, c: number): Float64Array => {
      const at = (input * this.#width + c) * this.#units;
      return this.#rows.subarray(at, at + this.#units);
    };
    return Array.from({ length: this.#width }, (_, c) =>
      scaleDown(...Array.from({ length: block }, (_, input) => own(input, c))),
    );
  }

  finish(): Sums {
    this.#flush();
    const inputs = this.#totals.inputs;
    const pair = informationAndEmpirical(this.#columns, this.#products);
    const squares = this.#products.map((sums) => sumOfSquares(sums) / inputs ** 2);
    return this.#totals.finish(this.audited, squares, pair ? innerProduct(...pair) / inputs ** 2 : 0);
  }
}

/** Divides all numbers by the largest magnitude among them, which is returned (0: all are zero). */
function scaleDown(...arrays: readonly Float64Array[]): number {
  let largest = 0;
  for (const array of arrays) for (const x of array) largest = Math.max(largest, Math.abs(x));
  if (largest === 0) return 0;
  for (const array of arrays) for (let k = 0; k < array.length; k++) array[k]! /= largest;
  return largest;
}
