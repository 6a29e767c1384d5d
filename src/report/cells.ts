import { MOST_DRAWS } from '../findings/network-summary.js';
import { grouped, percentCell } from '../text/format-numbers.js';

/** A larger relative error than this is no more useful as a number. */
const LARGEST_ERROR = 10;

/** A relative error in a table: 14%, or > 1 000%. */
export const errorCell = (error: number | null): string =>
  error !== null && error > LARGEST_ERROR ? `> ${grouped(100 * LARGEST_ERROR)}%` : percentCell(error);

/** A count of draws in a table: 122, or > 1 000. */
export const drawsCell = (draws: number | null): string => {
  if (draws === null) return '–';
  return draws > MOST_DRAWS ? `> ${grouped(MOST_DRAWS)}` : grouped(draws);
};
