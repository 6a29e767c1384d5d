import { type CompareOptions, MAX_FACTOR, MAX_INCREASE } from '../findings/compare/change-limits.js';

export type { CompareOptions };

/** Defaults of the command line and of the API. */
export const compareDefaults: CompareOptions = {
  maxIncrease: MAX_INCREASE,
  maxFactor: MAX_FACTOR,
  failOn: 'never',
};
