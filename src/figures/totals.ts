import { sizeOf } from '../kernels/kernels.js';
import type { LoweredLayer } from '../layers/lower.js';
import type { Sums } from '../engine/accumulators/accumulator.js';
import type { Estimates } from '../engine/estimate.js';
import { type Columns, information, informationNoise } from '../engine/moments.js';
import type { Plan, PlannedWeight } from '../engine/plan/types.js';

/** Sums over a set of parameters of means over the inputs, scaled up to those that were not audited. */
export interface Totals {
  readonly parameters: number;
  readonly audited: number;
  quadratic(column: string): number;
  quartic(column: string): number;
  /** Σᵢ (mean of the column)². */
  squares(column: string): number;
  /** Σᵢ mean I · mean of the empirical column. */
  readonly product: number;
  readonly secondMoment: number;
  /** Whether derivatives of all outputs were known; if not, label draws stand for them. */
  readonly exact: boolean;
}

/** One weight with its sums. */
export interface Audited {
  readonly planned: PlannedWeight;
  readonly sums: Sums;
  readonly totals: Totals;
}

/** The weights of one layer, with their totals. */
export function auditedWeights(layer: LoweredLayer, { groups }: Plan, { sums, columns, inputs }: Estimates): Audited[] {
  const drawn = new Set(groups.flatMap(({ derivation, weights }) => (derivation === 'draw' ? weights : [])));
  return [...sums]
    .filter(([{ weight }]) => weight.layer === layer.path)
    .map(([planned, own]) => {
      const totals = totalsOf(planned, own, columns);
      return { planned, sums: own, totals: drawn.has(planned) ? withoutNoise(totals, inputs) : totals };
    });
}

function totalsOf({ weight, audited }: PlannedWeight, sums: Sums, columns: Columns): Totals {
  const parameters = sizeOf(weight.shape);
  const scale = parameters / audited;
  const at = (names: readonly string[], values: readonly number[], name: string): number =>
    scale * values[names.indexOf(name)]!;
  return {
    parameters,
    audited,
    quadratic: (name) => at(columns.quadratic, sums.quadratic, name),
    quartic: (name) => at(columns.quartic, sums.quartic, name),
    squares: (name) => at(columns.quadratic, sums.squares, name),
    product: scale * sums.product,
    secondMoment: scale * sums.secondMoment,
    exact: true,
  };
}

/** Information that is an estimate has its noise in its squares: E[Î²] = I² + Var(Î). That is taken off again. */
function withoutNoise(totals: Totals, inputs: number): Totals {
  const noise = totals.quartic(informationNoise);
  const positive = (x: number): number => Math.max(x, 0);
  return {
    ...totals,
    squares: (name) => positive(totals.squares(name) - (name === information ? noise / inputs : 0)),
    secondMoment: positive(totals.secondMoment - noise),
    exact: false,
  };
}

export function addTotals(parts: readonly Totals[]): Totals {
  const sum = (f: (totals: Totals) => number): number => parts.reduce((total, part) => total + f(part), 0);
  return {
    parameters: sum((part) => part.parameters),
    audited: sum((part) => part.audited),
    quadratic: (name) => sum((part) => part.quadratic(name)),
    quartic: (name) => sum((part) => part.quartic(name)),
    squares: (name) => sum((part) => part.squares(name)),
    product: sum((part) => part.product),
    secondMoment: sum((part) => part.secondMoment),
    exact: parts.every((part) => part.exact),
  };
}
