/** What counts as a change. */
export interface CompareOptions {
  /** Growth of the relative error that counts for nothing. */
  readonly maxIncrease: number;
  /** Factor by which the mean Fisher information may move to either side. */
  readonly maxFactor: number;
  readonly failOn: 'never' | 'worse';
}

/** Of the command line, of programs, and of ratchets. */
export const compareDefaults: CompareOptions = { maxIncrease: 0.1, maxFactor: 1.5, failOn: 'never' };
