import type { Values } from '../../kernels/kernels.js';
import type { Accumulator } from './accumulator.js';
import type { Columns, Moments } from '../moments.js';
import type { Group, PlannedWeight } from '../plan/types.js';

/** Means over the inputs for each parameter of one weight tensor, in the tensor's own order. */
export interface ParameterMeans {
  /** Mean of I(x). */
  readonly information: Float64Array;
  /** Variance of I(x) over the inputs, in population form. */
  readonly inputVariance: Float64Array;
  /** Means of the other columns that were asked for. */
  readonly others: ReadonlyMap<string, Float64Array>;
}

/** Bytes that are held for each parameter with so many other columns. */
export const bytesOfMeans = (others: number): number => 8 * (2 + others);

/** One of the other columns, with its sum over the inputs for each parameter. */
interface Column {
  readonly name: string;
  readonly power: 1 | 2;
  /** Where the moments hold it. */
  readonly from: (moments: Moments) => Float64Array;
  readonly sums: Float64Array;
}

/**
 * Means for every parameter, all of them audited. Everything is in float64 and input after input, so that no figure
 * depends on the batch size, and nothing is lost where information hardly varies (running means and deviations: Welford
 * 1962, "Note on a method for calculating corrected sums of squares and products").
 *
 * Parameters are rows of units: of an outer product one row for each factor, otherwise a single one.
 */
export class ParameterAccumulator implements Accumulator<ParameterMeans> {
  readonly #outer: boolean;
  readonly #indices: readonly number[];
  readonly #means: Float64Array;
  /** Σ (I(x) − mean)². */
  readonly #deviations: Float64Array;
  readonly #others: readonly Column[];
  #inputs = 0;
  #before = 0;

  /** `others`: the columns to be kept beside the information. */
  constructor(
    columns: Columns,
    others: readonly string[],
    { route, audited }: Pick<PlannedWeight, 'route' | 'audited'>,
    { indices }: Pick<Group, 'indices'>,
  ) {
    this.#outer = route.kind === 'outer';
    this.#indices = indices;
    this.#means = new Float64Array(audited);
    this.#deviations = new Float64Array(audited);
    this.#others = others.map((name): Column => {
      const [second, fourth] = [columns.quadratic.indexOf(name), columns.quartic.indexOf(name)];
      const from = ({ quadratic, quartic }: Moments): Float64Array =>
        (second >= 0 ? quadratic[second] : quartic[fourth])!;
      return { name, power: second >= 0 ? 1 : 2, from, sums: new Float64Array(audited) };
    });
  }

  add(moments: Moments, factors: Values | null, firstUnit: number): void {
    if (firstUnit === 0) {
      this.#before = this.#inputs;
      this.#inputs += moments.inputs;
    }
    const squares = factors && Float64Array.from(factors, (a) => a * a);
    if (this.#outer && squares) this.#addOuter(moments, squares);
    else this.#addUnits(moments, squares, firstUnit);
  }

  /** Row by row, so that its sums stay in the cache while the inputs pass. */
  #addOuter(moments: Moments, squares: Float64Array): void {
    const { inputs, units } = moments;
    const factors = squares.length / inputs;
    const informations = rowsOf(moments.quadratic[0]!, moments);
    const others = this.#others.map((column) => rowsOf(column.from(moments), moments));
    for (let j = 0; j < factors; j++) {
      const row = (values: Float64Array): Float64Array => values.subarray(j * units, (j + 1) * units);
      const [means, deviations] = [row(this.#means), row(this.#deviations)];
      informations.forEach((own, input) => {
        follow(means, deviations, own, squares[input * factors + j]!, this.#before + input + 1);
      });
      this.#others.forEach(({ power, sums }, c) => {
        const into = row(sums);
        others[c]!.forEach((own, input) => {
          addScaled(into, own, squares[input * factors + j]! ** power);
        });
      });
    }
  }

  /** Some units of the only row, each with a factor of its own if there are factors. */
  #addUnits(moments: Moments, squares: Float64Array | null, firstUnit: number): void {
    const { units } = moments;
    const row = (values: Float64Array): Float64Array => values.subarray(firstUnit, firstUnit + units);
    const width = this.#indices.length;
    const scaled = (own: Float64Array, input: number, power: 1 | 2): Float64Array =>
      squares ? own.map((x, unit) => x * squares[input * width + firstUnit + unit]! ** power) : own;
    const [means, deviations] = [row(this.#means), row(this.#deviations)];
    rowsOf(moments.quadratic[0]!, moments).forEach((own, input) => {
      follow(means, deviations, scaled(own, input, 1), 1, this.#before + input + 1);
    });
    for (const { power, from, sums } of this.#others) {
      rowsOf(from(moments), moments).forEach((own, input) => {
        addScaled(row(sums), scaled(own, input, power), 1);
      });
    }
  }

  finish(): ParameterMeans {
    const others = this.#others.map(({ name, sums }) => [name, this.#inOrder(this.#divided(sums))] as const);
    return {
      information: this.#inOrder(this.#means),
      inputVariance: this.#inOrder(this.#divided(this.#deviations)),
      others: new Map(others),
    };
  }

  #divided(sums: Float64Array): Float64Array {
    for (let k = 0; k < sums.length; k++) sums[k]! /= this.#inputs;
    return sums;
  }

  /** From the order of the units, which lists those of one channel after another, to that of the tensor. */
  #inOrder(values: Float64Array): Float64Array {
    if (this.#outer || this.#indices.every((index, unit) => index === unit)) return values;
    const ordered = new Float64Array(values.length);
    this.#indices.forEach((index, unit) => (ordered[index] = values[unit]!));
    return ordered;
  }
}

/** A column's numbers by input. */
const rowsOf = (column: Float64Array, { inputs, units }: Moments): Float64Array[] =>
  Array.from({ length: inputs }, (_, input) => column.subarray(input * units, (input + 1) * units));

/** sums += factor·values */
function addScaled(sums: Float64Array, values: Float64Array, factor: number): void {
  for (let k = 0; k < sums.length; k++) sums[k]! += factor * values[k]!;
}

/** Means and sums of squared deviations of factor·values, of which these are the `count`-th. */
function follow(
  means: Float64Array,
  deviations: Float64Array,
  values: Float64Array,
  factor: number,
  count: number,
): void {
  for (let k = 0; k < means.length; k++) {
    const value = factor * values[k]!;
    const before = means[k]!;
    const mean = before + (value - before) / count;
    means[k] = mean;
    deviations[k] = deviations[k]! + (value - before) * (value - mean);
  }
}
