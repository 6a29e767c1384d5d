/** How much the figures of a layer may change before a comparison calls the layer worse. */
export interface Tolerances {
  /** Allowed growth of the relative error, as a share of the base's error. */
  readonly maxIncrease: number;
  /** Allowed factor between the two means of the Fisher information, in either direction. */
  readonly maxFactor: number;
}

/** What a comparison is asked for. */
export interface CompareOptions extends Tolerances {
  /** `worse`: a layer that is worse fails the verdict. */
  readonly failOn: 'never' | 'worse';
}

/** Default of `maxIncrease`. */
export const MAX_INCREASE = 0.1;

/** Default of `maxFactor`; the ratchet uses it too. */
export const MAX_FACTOR = 1.5;
