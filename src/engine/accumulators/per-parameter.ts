import type { Values } from '../../kernels/kernels.js';
import type { Moments } from '../moments.js';
import type { Group, PlannedWeight } from '../plan/types.js';
import type { Accumulator } from './accumulator.js';

/** Means over the inputs for each parameter of one weight tensor, in the tensor's own order. */
export interface ParameterMeans<Name extends string = string> {
  /** Mean of I(x). */
  readonly information: Float64Array;
  /** Variance of I(x) over the inputs, in population form. */
  readonly inputVariance: Float64Array;
  /** Means of the other columns that were asked for. */
  readonly others: ReadonlyMap<Name, Float64Array>;
}

/** A column of which means are wanted. */
export interface WantedColumn<Name extends string> {
  readonly name: Name;
  /** The power of a² that the column scales with: 1 for quadratic columns, 2 for quartic ones. */
  readonly power: 1 | 2;
  /** The column in the moments. */
  of(moments: Moments): Float64Array;
}

/** Bytes for each parameter with `others` columns beside the information. */
export const bytesOfMeans = (others: number): number => 8 * (2 + others);

/**
 * Means for each parameter of a weight, all of which are audited. All sums are in float64 and add one input after
 * another, so that no figure depends on the batch size. The variance of the information keeps its precision where the
 * information hardly varies (Welford 1962, "Note on a method for calculating corrected sums of squares and products").
 *
 * Parameters are rows of units: one row for each factor of an outer product, otherwise a single row.
 */
export class ParameterAccumulator<Name extends string> implements Accumulator<ParameterMeans<Name>> {
  readonly #outer: boolean;
  readonly #indices: readonly number[];
  readonly #means: Float64Array;
  /** Σ (I(x) − mean)². */
  readonly #deviations: Float64Array;
  /** The other columns, with their sums over the inputs for each parameter. */
  readonly #others: readonly (WantedColumn<Name> & { readonly sums: Float64Array })[];
  #inputs = 0;
  #before = 0;

  /** `others`: the columns to keep beside the information. */
  constructor(
    others: readonly WantedColumn<Name>[],
    { route, audited }: Pick<PlannedWeight, 'route' | 'audited'>,
    { indices }: Pick<Group, 'indices'>,
  ) {
    this.#outer = route.kind === 'outer';
    this.#indices = indices;
    this.#means = new Float64Array(audited);
    this.#deviations = new Float64Array(audited);
    this.#others = others.map((column) => ({ ...column, sums: new Float64Array(audited) }));
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

  /** Adds all inputs to one row before the next row, so that the sums of a row stay in the cache. */
  #addOuter(moments: Moments, squares: Float64Array): void {
    const { inputs, units } = moments;
    const factors = squares.length / inputs;
    const informations = rowsOf(moments.information, moments);
    const others = this.#others.map((column) => rowsOf(column.of(moments), moments));
    for (let j = 0; j < factors; j++) {
      const row = (values: Float64Array): Float64Array => values.subarray(j * units, (j + 1) * units);
      const [means, deviations] = [row(this.#means), row(this.#deviations)];
      informations.forEach((own, input) => {
        welfordUpdate(means, deviations, own, squares[input * factors + j]!, this.#before + input + 1);
      });
      this.#others.forEach(({ power, sums }, c) => {
        const into = row(sums);
        others[c]!.forEach((own, input) => {
          addScaled(into, own, squares[input * factors + j]! ** power);
        });
      });
    }
  }

  /** Adds to some units of the only row, each with a factor of its own if there are factors. */
  #addUnits(moments: Moments, squares: Float64Array | null, firstUnit: number): void {
    const { units } = moments;
    const row = (values: Float64Array): Float64Array => values.subarray(firstUnit, firstUnit + units);
    const width = this.#indices.length;
    const scaled = (own: Float64Array, input: number, power: 1 | 2): Float64Array =>
      squares ? own.map((x, unit) => x * squares[input * width + firstUnit + unit]! ** power) : own;
    const [means, deviations] = [row(this.#means), row(this.#deviations)];
    rowsOf(moments.information, moments).forEach((own, input) => {
      welfordUpdate(means, deviations, scaled(own, input, 1), 1, this.#before + input + 1);
    });
    for (const { power, of, sums } of this.#others) {
      rowsOf(of(moments), moments).forEach((own, input) => {
        addScaled(row(sums), scaled(own, input, power), 1);
      });
    }
  }

  finish(): ParameterMeans<Name> {
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

/** Welford update of means and sums of squared deviations with the `count`-th observation, factor·values. */
function welfordUpdate(
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
