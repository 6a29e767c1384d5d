import { keyOf, philox4x32, uniform } from './philox.js';

/** Second word of the counters of these draws. Counters of label draws never have it, so the draws are independent. */
const SUBSET_STREAM = 0xffffffff;

/**
 * A random subset of `limit` integers below `size`, ascending; every subset is equally likely. All of them if
 * there are no more than `limit`.
 * Floyd's algorithm (Bentley and Floyd 1987, "A sample of brilliance").
 */
export function chooseSubset(size: number, limit: number, seed: number, stream: number): number[] {
  if (limit >= size) return Array.from({ length: size }, (_, index) => index);
  const chosen = new Set<number>();
  for (let top = size - limit; top < size; top++) {
    const words = philox4x32([top, SUBSET_STREAM, stream, 0], keyOf(seed));
    const index = Math.floor(uniform(words[0]!, words[1]!) * (top + 1));
    chosen.add(chosen.has(index) ? top : index);
  }
  return [...chosen].sort((a, b) => a - b);
}
