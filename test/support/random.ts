import { type Shape, sizeOf } from '../../src/kernels/kernels.js';

/** Numbers for the suites, from a generator that shares nothing with the one under test (mulberry32, Ettinger 2017). */
export class Random {
  #state: number;

  constructor(seed: number | string) {
    this.#state = typeof seed === 'number' ? seed : hash(seed);
  }

  /** In (0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** `shape` numbers in a range, rounded to float32 so that both precisions get the same. */
  values(shape: Shape, low = -1, high = 1): Float32Array {
    return Float32Array.from({ length: sizeOf(shape) }, () => this.between(low, high));
  }

  /** Numbers whose sizes lie between `low` and `high`, of either sign: never near zero. */
  nonZero(shape: Shape, low = 0.3, high = 1.3): Float32Array {
    return Float32Array.from({ length: sizeOf(shape) }, () => this.between(low, high) * (this.next() < 0.5 ? -1 : 1));
  }

  shuffled<T>(items: readonly T[]): T[] {
    const list = [...items];
    for (let k = list.length - 1; k > 0; k--) {
      const other = this.integer(k + 1);
      [list[k], list[other]] = [list[other] as T, list[k] as T];
    }
    return list;
  }
}

/** FNV-1a: a seed of its own for every name. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return state >>> 0;
}
