import type { LoweredLayer } from '../network/network.js';
import type { Sums } from '../engine/accumulators/accumulator.js';
import type { Estimates } from '../engine/estimate.js';
import {
  type Columns,
  type QuadraticColumns,
  type QuarticColumns,
  listQuadratic,
  listQuartic,
  nameQuadratic,
  nameQuartic,
} from '../engine/moments.js';
import type { PlannedWeight } from '../engine/plan/types.js';
import { noiseOfMeanSquare, noiseOfSquaredMean } from './information-noise.js';

/** Sums over a set of parameters of means over the inputs, scaled up to the parameters that were not audited. */
export interface Totals {
  readonly parameters: number;
  readonly audited: number;
  readonly quadratic: QuadraticColumns<number>;
  readonly quartic: QuarticColumns<number>;
  /** Σᵢ (mean of the column)². */
  readonly squares: QuadraticColumns<number>;
  /** Σᵢ mean I · mean of the empirical column. */
  readonly product: number;
  readonly secondMoment: number;
  /** Whether the derivatives of all outputs were computed; if not, figures are estimates from label draws. */
  readonly exact: boolean;
}

/** One weight with its sums. */
export interface AuditedWeight {
  readonly planned: PlannedWeight;
  readonly sums: Sums;
  readonly totals: Totals;
}

/** The weights of one layer, with their totals. */
export const auditedWeights = (layer: LoweredLayer, { sums, columns, inputs }: Estimates): AuditedWeight[] =>
  [...sums]
    .filter(([{ weight }]) => weight.layer === layer.path)
    .map(([planned, own]) => {
      const totals = totalsOf(planned, own, columns);
      return { planned, sums: own, totals: planned.exact ? totals : withoutNoise(totals, inputs) };
    });

function totalsOf({ parameters, audited, exact }: PlannedWeight, sums: Sums, columns: Columns): Totals {
  const scale = parameters / audited;
  const scaled = (list: readonly number[]): number[] => list.map((x) => scale * x);
  return {
    parameters,
    audited,
    quadratic: nameQuadratic(columns, scaled(listQuadratic(sums.quadratic))),
    quartic: nameQuartic(columns, scaled(listQuartic(sums.quartic))),
    squares: nameQuadratic(columns, scaled(listQuadratic(sums.squares))),
    product: scale * sums.product,
    secondMoment: scale * sums.secondMoment,
    exact,
  };
}

/** Totals of estimated information without the noise of its squares. */
function withoutNoise(totals: Totals, inputs: number): Totals {
  const { quartic, squares, secondMoment } = totals;
  const noise = quartic.informationNoise;
  return {
    ...totals,
    squares: { ...squares, information: Math.max(squares.information - noiseOfSquaredMean(noise, inputs), 0) },
    secondMoment: Math.max(secondMoment - noiseOfMeanSquare(noise), 0),
  };
}

/** Totals of several sets of parameters together; at least one. */
export function addTotals(columns: Columns, parts: readonly Totals[]): Totals {
  const sum = (f: (totals: Totals) => number): number => parts.reduce((total, part) => total + f(part), 0);
  const sums = (list: (totals: Totals) => readonly number[]): number[] => {
    const lists = parts.map(list);
    return lists[0]!.map((_, column) => lists.reduce((total, own) => total + own[column]!, 0));
  };
  return {
    parameters: sum((part) => part.parameters),
    audited: sum((part) => part.audited),
    quadratic: nameQuadratic(
      columns,
      sums((part) => listQuadratic(part.quadratic)),
    ),
    quartic: nameQuartic(
      columns,
      sums((part) => listQuartic(part.quartic)),
    ),
    squares: nameQuadratic(
      columns,
      sums((part) => listQuadratic(part.squares)),
    ),
    product: sum((part) => part.product),
    secondMoment: sum((part) => part.secondMoment),
    exact: parts.every((part) => part.exact),
  };
}
