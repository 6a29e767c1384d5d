import { total } from '../accumulators/accumulator.js';
import { LIKELIEST_LABELS } from '../plan/derivation.js';
import type { LabelledInput } from './contract.js';

/**
 * Labels of one input whose scores are computed. Means over labels are stratified (Cochran 1977, "Sampling techniques",
 * chapter 5): the likeliest labels enter with their exact probability, and drawn labels represent the rest. A confident
 * classifier draws the same few labels again and again, so that draws alone would leave the rest to chance.
 */
export interface ScoredLabels {
  /** One label after another, each with a number for each block. */
  readonly labels: Float64Array;
  readonly count: number;
  /** Probability of each of the likeliest labels; 0 for the drawn ones. */
  readonly probabilities: Float64Array;
  /** Number of likeliest labels, and the probability of all other labels; both 0 where no label has a probability. */
  readonly likely: number;
  readonly unlikely: number;
  /** How often each drawn label occurs in all draws; 0 for the likeliest labels. */
  readonly rest: Float64Array;
  /** How often each label occurs in the first draws, for each sample count. */
  readonly counts: readonly Float64Array[];
}

/** The labels of one input that are scored. The last list of counts in its draws must be that of all draws. */
export function scoredLabels({ conditional, draws }: LabelledInput): ScoredLabels {
  const drawn = draws.counts.at(-1)?.length ?? 0;
  const blocks = draws.labels.length / drawn;
  const likeliest = conditional.likeliest(LIKELIEST_LABELS);
  const places = new Map(Array.from(likeliest.labels, (label, place) => [label, place]));
  const others = Array.from({ length: drawn }, (_, k) => k).filter((k) => blocks > 1 || !places.has(draws.labels[k]!));
  const count = places.size + others.length;
  const inPlace = (own: Float64Array): Float64Array => {
    const all = new Float64Array(count);
    others.forEach((k, at) => (all[places.size + at] = own[k] ?? 0));
    if (blocks === 1) draws.labels.forEach((label, k) => places.has(label) && (all[places.get(label)!] = own[k] ?? 0));
    return all;
  };
  const counts = draws.counts.map(inPlace);
  const labels = new Float64Array(count * blocks);
  labels.set(likeliest.labels);
  others.forEach((k, at) => {
    labels.set(draws.labels.subarray(k * blocks, (k + 1) * blocks), (places.size + at) * blocks);
  });
  const probabilities = new Float64Array(count);
  probabilities.set(likeliest.probabilities);
  const rest = counts.at(-1)!.map((times, k) => (k < places.size ? 0 : times));
  const likely = places.size;
  const unlikely = likely === 0 ? 0 : Math.max(0, 1 - total(probabilities));
  return { labels, count, probabilities, likely, unlikely, rest, counts };
}
