/** How much the figures of a layer may change before a comparison calls the layer worse. */
export interface Tolerances {
  /** Allowed growth of the relative error, as a share of the base's error. */
  readonly maxIncrease: number;
  /** Allowed factor between the two means of the Fisher information, in either direction. */
  readonly maxFactor: number;
}

/** When a comparison fails: never, or if a layer is worse. */
export const failOnNames = ['never', 'worse'] as const;

/** What a comparison is judged by. */
export interface ComparisonCriteria extends Tolerances {
  readonly failOn: (typeof failOnNames)[number];
}

/** Default of `maxIncrease`. */
export const MAX_INCREASE = 0.1;

/** Default of `maxFactor`; the ratchet uses it too. */
export const MAX_FACTOR = 1.5;
