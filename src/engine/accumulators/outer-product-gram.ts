import type { Values } from '../../kernels/kernels.js';
import { type Columns, type Moments, informationAndEmpirical, quadraticCount } from '../moments.js';
import { type Accumulator, type Sums, innerProduct } from './accumulator.js';
import { OuterTotals } from './outer-product-totals.js';

/** Inputs in one block of a Gram matrix; even, because the loops take two at a time. */
const BLOCK = 64;
/** Numbers of each input that are multiplied at once: two panels [BLOCK, PANEL] fit into the cache of a core. */
const PANEL = 256;

/**
 * An outer product whose parameters are more than the inputs' factors and units. With the squared factors A [inputs,
 * factors] and column c of the units Q [inputs, units], the means over the M inputs are Aᵀ·Q/M, and the sum of their
 * squares is ‖Aᵀ·Q‖²/M² = tr(A·Aᵀ·Q·Qᵀ)/M² = Σₘₙ (A·Aᵀ)ₘₙ·(Q·Qᵀ)ₘₙ/M²: nothing is held for each parameter, and
 * M²·(factors + units) products take the place of 2·M·factors·units.
 *
 * Everything is in float64, because there is cancellation. Errors of draws have both signs, so that the terms m ≠ n
 * almost cancel, and the sum is about 1/M of their magnitude. The variance of information that hardly varies is a small
 * difference between the second moment and this sum. Factors are held in the precision of the kernels, and squared when
 * they are multiplied. Columns are float64 and are not rounded.
 */
export class GramAccumulator implements Accumulator {
  readonly audited: number;
  readonly #factors: number;
  readonly #units: number;
  readonly #totals: OuterTotals;
  /** Factors of each input. */
  readonly #rows: Values[] = [];
  /** [column][input], units each. */
  readonly #columns: Float64Array[][];
  /** Those of the information and of the empirical Fisher; null without labels. */
  readonly #pair: readonly [Float64Array[], Float64Array[]] | null;

  constructor(columns: Columns, factors: number, units: number) {
    this.audited = factors * units;
    this.#factors = factors;
    this.#units = units;
    this.#totals = new OuterTotals(columns, units);
    this.#columns = Array.from({ length: quadraticCount(columns) }, () => []);
    this.#pair = informationAndEmpirical(columns, this.#columns);
  }

  add(moments: Moments, factors: Values | null): void {
    if (factors === null) throw new Error('an outer product needs factors');
    for (let input = 0; input < moments.inputs; input++) {
      const row = factors.slice(input * this.#factors, (input + 1) * this.#factors);
      this.#rows.push(row);
      this.#columns.forEach((rows, c) => {
        rows.push(moments.quadratic[c]!.slice(input * this.#units, (input + 1) * this.#units));
      });
      this.#totals.add(
        moments,
        input,
        Float64Array.from(row, (a) => a * a),
      );
    }
  }

  finish(): Sums {
    const inputs = this.#totals.inputs;
    const sums = new Float64Array(this.#columns.length);
    let product = 0;
    for (let first = 0; first < inputs; first += BLOCK) {
      for (let second = 0; second <= first; second += BLOCK) {
        const weight = second === first ? 1 : 2;
        const block = this.#block(first, second);
        block.squares.forEach((sum, c) => (sums[c]! += weight * sum));
        product += weight * block.product;
      }
    }
    // Negative only by rounding.
    return this.#totals.finish(
      this.audited,
      [...sums].map((sum) => Math.max(sum, 0) / inputs ** 2),
      product / inputs ** 2,
    );
  }

  /** Sums of the terms of two blocks of inputs, from `first` and from `second` on. */
  #block(first: number, second: number): { squares: number[]; product: number } {
    const block = (left: readonly Values[], right: readonly Values[], fill: Fill): Float64Array =>
      gramBlock(left.slice(first, first + BLOCK), right.slice(second, second + BLOCK), fill);
    const factors = block(this.#rows, this.#rows, squaresOf);
    const squares = this.#columns.map((rows) => innerProduct(factors, block(rows, rows, numbersOf)));
    if (!this.#pair) return { squares, product: 0 };
    // Terms (m, n) and (n, m) differ here, and the caller counts each block twice: half of each is taken.
    const [left, right] = this.#pair;
    const both = [block(left, right, numbersOf), block(right, left, numbersOf)];
    return { squares, product: both.reduce((sum, own) => sum + innerProduct(factors, own) / 2, 0) };
  }
}

/** Copies numbers of a row into a panel, from `at` on. */
type Fill = (panel: Float64Array, at: number, numbers: Values) => void;

const numbersOf: Fill = (panel, at, numbers) => {
  panel.set(numbers, at);
};

const squaresOf: Fill = (panel, at, numbers) => {
  for (let k = 0; k < numbers.length; k++) panel[at + k] = numbers[k]! ** 2;
};

/** Products of up to a block of rows with as many others: [BLOCK, BLOCK], zero where there are no more rows. */
function gramBlock(leftRows: readonly Values[], rightRows: readonly Values[], fill: Fill): Float64Array {
  const [left, right] = [new Float64Array(BLOCK * PANEL), new Float64Array(BLOCK * PANEL)];
  const products = new Float64Array(BLOCK * BLOCK);
  const size = leftRows[0]?.length ?? 0;
  for (let from = 0; from < size; from += PANEL) {
    fillPanel(left, leftRows, from, fill);
    fillPanel(right, rightRows, from, fill);
    addProducts(products, left, right);
  }
  return products;
}

function fillPanel(panel: Float64Array, rows: readonly Values[], from: number, fill: Fill): void {
  panel.fill(0);
  rows.forEach((row, m) => {
    fill(panel, m * PANEL, row.subarray(from, from + PANEL));
  });
}

/** products += left·rightᵀ for two panels, in tiles of 2 × 2: as many sums at once as processors have registers for. */
function addProducts(products: Float64Array, left: Float64Array, right: Float64Array): void {
  for (let m = 0; m < BLOCK; m += 2) {
    for (let n = 0; n < BLOCK; n += 2) addTile(products, left, right, m, n);
  }
}

function addTile(products: Float64Array, left: Float64Array, right: Float64Array, m: number, n: number): void {
  let [p00, p01, p10, p11] = [0, 0, 0, 0];
  for (let i = m * PANEL, j = n * PANEL, k = 0; k < PANEL; i++, j++, k++) {
    const a = left[i]!;
    const b = left[i + PANEL]!;
    const c = right[j]!;
    const d = right[j + PANEL]!;
    p00 += a * c;
    p01 += a * d;
    p10 += b * c;
    p11 += b * d;
  }
  const at = m * BLOCK + n;
  products[at]! += p00;
  products[at + 1]! += p01;
  products[at + BLOCK]! += p10;
  products[at + BLOCK + 1]! += p11;
}
