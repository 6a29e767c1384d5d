import { type EstimatorName, estimatorNames } from '../estimators/index.js';

/**
 * What is summed over inputs and parameters, as columns. A parameter whose derivatives are a·u and a²·s has each
 * `quadratic` column a² times that of its unit, and each `quartic` column a⁴ times.
 */
export interface Columns {
  readonly samples: readonly number[];
  readonly quadratic: readonly string[];
  readonly quartic: readonly string[];
}

/** Column names; indices into `Moments`. */
export const information = 'information';
/** Squared score (J·r)² of the data set's own label: the empirical Fisher. */
export const empirical = 'empirical';
/** Variance of the information where it is an estimate from label draws; 0 where it is exact. */
export const informationNoise = 'information noise';
/** What drawn labels contribute to the variance of Î₁ where it is an estimate. */
export const drawnVariance = 'drawn variance';
/** Standard deviation of that contribution over draws, were rare labels like likely ones: no draw may have met one. */
export const rareVariance = 'rare variance';
export const errorOf = (estimator: EstimatorName, samples: number): string => `${estimator} error ${samples}`;
export const varianceOf = (estimator: EstimatorName): string => `${estimator} variance`;
export const boundOf = (estimator: EstimatorName, side: 'lower' | 'upper'): string => `${estimator} ${side}`;
export const sampleVarianceOf = (estimator: EstimatorName, samples: number): string =>
  `${estimator} sample variance ${samples}`;

/** Columns for the sample counts of one audit; `labels`: whether the data set's own labels are contracted, too. */
export function columnsFor(samples: readonly number[], labels = false): Columns {
  const each = <T>(make: (estimator: EstimatorName) => readonly T[]): T[] => estimatorNames.flatMap(make);
  return {
    samples,
    quadratic: [
      information,
      ...each((name) => samples.map((count) => errorOf(name, count))),
      ...(labels ? [empirical] : []),
    ],
    quartic: [
      informationNoise,
      drawnVariance,
      rareVariance,
      ...each((name) => [
        varianceOf(name),
        boundOf(name, 'lower'),
        boundOf(name, 'upper'),
        ...samples.map((count) => sampleVarianceOf(name, count)),
      ]),
    ],
  };
}

/** Of one list for each quadratic column, those of the information and of the empirical Fisher; null without labels. */
export function contrasted<T>({ quadratic }: Columns, lists: readonly T[]): readonly [T, T] | null {
  const own = lists[quadratic.indexOf(empirical)];
  return own === undefined ? null : [lists[quadratic.indexOf(information)] as T, own];
}

/** The columns for `inputs` examples and `units` directions: element [column][input·units + unit]. */
export interface Moments {
  readonly inputs: number;
  readonly units: number;
  readonly quadratic: readonly Float64Array[];
  readonly quartic: readonly Float64Array[];
}

export function emptyMoments(columns: Columns, inputs: number, units: number): Moments {
  const make = (names: readonly string[]): Float64Array[] => names.map(() => new Float64Array(inputs * units));
  return { inputs, units, quadratic: make(columns.quadratic), quartic: make(columns.quartic) };
}
