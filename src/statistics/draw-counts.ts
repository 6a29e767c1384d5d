/** A relative error at `to` draws, from the error at `from` draws: errors fall with the square root of the count. */
export const errorAtDraws = (error: number, from: number, to: number): number => error * Math.sqrt(from / to);

/** Keeps a count that is an integer but for rounding from being rounded up. */
const ROUNDING = 1 - 1e-12;

/** The smallest number of draws whose relative error is at most `limit`, from the error at `draws` draws. */
export const drawsForError = (error: number, draws: number, limit: number): number =>
  Math.ceil(draws * (error / limit) ** 2 * ROUNDING);
