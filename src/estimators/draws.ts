import type { Conditional, DrawRandom, Likelihood } from '../likelihoods/likelihood.js';
import { type Key, philox4x32, uniform } from '../statistics/philox.js';

/**
 * The label draws of one input. Of the first `samples[n]` draws, `counts[n][k]` gave the k-th label; equal labels may be
 * listed once. Draws are nested: the first 8 of 512 are those of `--samples 8`.
 */
export interface Draws {
  /** One label after another, each with a number for each block. */
  readonly labels: Float64Array;
  readonly counts: readonly Float64Array[];
}

/** Uniform numbers that depend only on (seed, input, draw), not on the order of draws. */
class KeyedRandom implements DrawRandom {
  readonly #key: Key;
  readonly #input: number;
  readonly #words = new Uint32Array(4);
  draw = 0;

  constructor(key: Key, input: number) {
    this.#key = key;
    this.#input = input;
  }

  uniforms(block: number, attempt: number): readonly [number, number] {
    const words = philox4x32([this.draw, block, attempt, this.#input], this.#key, this.#words);
    return [uniform(words[0]!, words[1]!), uniform(words[2]!, words[3]!)];
  }
}

/** Labels of more blocks than this hardly ever repeat, and it costs more to compare them than to list them. */
const MAX_COUNTED_BLOCKS = 4;

/** Whether equal labels of so many blocks are counted instead of listed. */
export const countsDraws = ({ countable }: Pick<Likelihood, 'countable'>, blocks: number): boolean =>
  countable && blocks <= MAX_COUNTED_BLOCKS;

interface DrawOptions {
  /** Ascending. */
  readonly samples: readonly number[];
  readonly blocks: number;
  /** Whether equal labels are counted instead of listed. */
  readonly counted: boolean;
  readonly key: Key;
  readonly input: number;
}

/** Draws labels for one input: as many as the largest sample count. */
export function drawLabels(conditional: Conditional, options: DrawOptions): Draws {
  const { samples, blocks, counted, key, input } = options;
  const draws = samples.at(-1) ?? 0;
  const random = new KeyedRandom(key, input);
  const labels = new Float64Array(draws * blocks);
  for (let draw = 0; draw < draws; draw++) {
    random.draw = draw;
    conditional.draw(labels.subarray(draw * blocks, (draw + 1) * blocks), random);
  }
  return counted ? countEqual(labels, blocks, samples) : listAll(labels, blocks, samples);
}

/** Lists every draw by itself, with count 1. */
function listAll(labels: Float64Array, blocks: number, samples: readonly number[]): Draws {
  const ones = new Float64Array(labels.length / blocks).fill(1);
  return { labels, counts: samples.map((count) => ones.subarray(0, count)) };
}

/** Counts equal labels, in the order in which they were first drawn. */
function countEqual(labels: Float64Array, blocks: number, samples: readonly number[]): Draws {
  const places = new Map<string | number, number>();
  const order = Int32Array.from({ length: labels.length / blocks }, (_, draw) => {
    const label = labels.subarray(draw * blocks, (draw + 1) * blocks);
    const identity = blocks === 1 ? label[0]! : label.join();
    const place = places.get(identity) ?? places.size;
    if (place === places.size) labels.copyWithin(place * blocks, draw * blocks, (draw + 1) * blocks);
    places.set(identity, place);
    return place;
  });
  const counts = samples.map((count) => countsOf(order.subarray(0, count), places.size));
  return { labels: labels.slice(0, places.size * blocks), counts };
}

function countsOf(order: Int32Array, labels: number): Float64Array {
  const counts = new Float64Array(labels);
  for (const label of order) counts[label]! += 1;
  return counts;
}
