import { type ByEstimator, byEstimator, estimatorNames } from '../estimators/index.js';

/*
 * The engine computes several quantities for every input and every unit. Each is a column. They come in two kinds, by
 * how a parameter's value follows from the value of its unit, when the parameter's derivatives are a·J and a²·S:
 *   quadratic columns scale with a²: products of two first derivatives, and second derivatives;
 *   quartic columns scale with a⁴: variances of quadratic quantities.
 */

/** Columns that scale with a². `T` is what is held for each column: an array, a number, … */
export interface QuadraticColumns<T> {
  /** The information I(x) = Jᵀ I(h) J, or an estimate of it from label draws. */
  readonly information: T;
  /** Mean of an estimator over the first label draws, minus I(x); one column for each sample count. */
  readonly errors: ByEstimator<readonly T[]>;
  /** The empirical Fisher: squared score (J·r)² of the data set's own label. Null without such labels. */
  readonly empirical: T | null;
}

/** Columns that scale with a⁴. */
export interface QuarticColumns<T> {
  /** Variance of the information where it is an estimate from label draws; 0 where it is exact. */
  readonly informationNoise: T;
  readonly estimators: ByEstimator<EstimatorColumns<T>>;
}

/** Quartic columns of one estimator. */
export interface EstimatorColumns<T> {
  /** Variance of one draw. */
  readonly variance: T;
  /** Bounds of that variance. */
  readonly lower: T;
  readonly upper: T;
  /** Unbiased variance of the first label draws, for each sample count; 0 for one draw. */
  readonly sampleVariances: readonly T[];
}

/** Which columns one audit has. */
export interface Columns {
  /** Numbers of label draws, ascending. */
  readonly samples: readonly number[];
  /** Whether there is an empirical column. */
  readonly labels: boolean;
}

/** The quadratic columns from a list, in the one order that all lists have. */
export function nameQuadratic<T>({ samples, labels }: Columns, list: readonly T[]): QuadraticColumns<T> {
  const values = list.values();
  const next = (): T => values.next().value as T;
  return {
    information: next(),
    errors: byEstimator(() => samples.map(next)),
    empirical: labels ? next() : null,
  };
}

/** The quartic columns from a list, in the one order that all lists have. */
export function nameQuartic<T>({ samples }: Columns, list: readonly T[]): QuarticColumns<T> {
  const values = list.values();
  const next = (): T => values.next().value as T;
  return {
    informationNoise: next(),
    estimators: byEstimator(() => ({
      variance: next(),
      lower: next(),
      upper: next(),
      sampleVariances: samples.map(next),
    })),
  };
}

/** Inverse of `nameQuadratic`. */
export const listQuadratic = <T>({ information, errors, empirical }: QuadraticColumns<T>): T[] => [
  information,
  ...estimatorNames.flatMap((name) => errors[name]),
  ...(empirical === null ? [] : [empirical]),
];

/** Inverse of `nameQuartic`. */
export const listQuartic = <T>(columns: QuarticColumns<T>): T[] => [
  columns.informationNoise,
  ...estimatorNames.flatMap((name) => {
    const { variance, lower, upper, sampleVariances } = columns.estimators[name];
    return [variance, lower, upper, ...sampleVariances];
  }),
];

/** How many quadratic columns there are. */
export const quadraticCount = ({ samples, labels }: Columns): number =>
  1 + estimatorNames.length * samples.length + (labels ? 1 : 0);

/** How many quartic columns there are. */
export const quarticCount = ({ samples }: Columns): number => 1 + estimatorNames.length * (3 + samples.length);

/** The columns of `inputs` examples and `units` directions: element [input·units + unit] of each column. */
export interface Moments extends QuadraticColumns<Float64Array>, QuarticColumns<Float64Array> {
  readonly inputs: number;
  readonly units: number;
  /** The same columns as lists. */
  readonly quadratic: readonly Float64Array[];
  readonly quartic: readonly Float64Array[];
}

/** Names the columns in two lists, which have `quadraticCount` and `quarticCount` elements. */
export const momentsOf = (
  columns: Columns,
  { inputs, units, quadratic, quartic }: Pick<Moments, 'inputs' | 'units' | 'quadratic' | 'quartic'>,
): Moments => ({
  inputs,
  units,
  quadratic,
  quartic,
  ...nameQuadratic(columns, quadratic),
  ...nameQuartic(columns, quartic),
});

/** Moments that are all zero. */
export function emptyMoments(columns: Columns, inputs: number, units: number): Moments {
  const zeros = (length: number): Float64Array[] => Array.from({ length }, () => new Float64Array(inputs * units));
  return momentsOf(columns, {
    inputs,
    units,
    quadratic: zeros(quadraticCount(columns)),
    quartic: zeros(quarticCount(columns)),
  });
}

/** The information and the empirical Fisher of one list; null without labels. */
export function informationAndEmpirical<T>(columns: Columns, list: readonly T[]): readonly [T, T] | null {
  const { information, empirical } = nameQuadratic(columns, list);
  return empirical === null ? null : [information, empirical];
}
