import type { Conditional, DrawRandom } from '../likelihoods/likelihood.js';
import { type Key, philox4x32, uniform } from '../statistics/philox.js';

/**
 * The label draws of one input, equal labels counted instead of listed: `counts[n][k]` of the first `samples[n]` draws
 * gave `labels[k]`. Draws are nested: the first 8 of 512 are those of `--samples 8`.
 */
export interface Draws {
  readonly labels: readonly Float64Array[];
  readonly counts: readonly Float64Array[];
}

/** Numbers keyed by (seed, input, draw), whatever else is drawn and in whatever order. */
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
    return [uniform(words[0] as number, words[1] as number), uniform(words[2] as number, words[3] as number)];
  }
}

/**
 * Draws as many labels as the largest of `samples` (ascending) asks for.
 * `countable` families have labels that repeat; those of the others are all kept.
 */
export function drawLabels(
  conditional: Conditional,
  options: { samples: readonly number[]; blocks: number; countable: boolean; key: Key; input: number },
): Draws {
  const { samples, blocks, countable, key, input } = options;
  const random = new KeyedRandom(key, input);
  const labels: Float64Array[] = [];
  const firstSeen = new Map<string | number, number>();
  const order = new Int32Array(samples.at(-1) ?? 0);
  let label = new Float64Array(blocks);
  for (let draw = 0; draw < order.length; draw++) {
    random.draw = draw;
    conditional.draw(label, random);
    const identity = !countable ? draw : blocks === 1 ? (label[0] as number) : label.join();
    let known = firstSeen.get(identity);
    if (known === undefined) {
      known = labels.push(label) - 1;
      firstSeen.set(identity, known);
      label = new Float64Array(blocks);
    }
    order[draw] = known;
  }
  return { labels, counts: samples.map((count) => countsOf(order.subarray(0, count), labels.length)) };
}

function countsOf(order: Int32Array, labels: number): Float64Array {
  const counts = new Float64Array(labels);
  for (const label of order) counts[label] = (counts[label] as number) + 1;
  return counts;
}
