import { total } from '../accumulators/accumulator.js';
import type { LabelledInput } from './contract.js';
import { LIKELIEST_LABELS } from '../plan/derivation.js';

/**
 * Labels of one input whose scores are computed. The likeliest stand for their share of every mean with their exact
 * probability; the others, drawn, for what is left (stratified sampling, Cochran 1977, "Sampling techniques", chapter 5).
 * A confident classifier draws the same few labels again and again: what the rare ones add would be left to chance.
 */
export interface ScoredLabels {
  /** One label after another, each with a number for each block. */
  readonly labels: Float64Array;
  readonly count: number;
  /** Probability of each; 0 for those that only stand for draws. */
  readonly probabilities: Float64Array;
  /** Labels that have one, and what they leave to the others; 0 where no label has one. */
  readonly likely: number;
  readonly unlikely: number;
  /** How often each came up in all draws, if it stands for these only; else 0. */
  readonly rest: Float64Array;
  /** How often each came up in the first draws, for each sample count. */
  readonly counts: readonly Float64Array[];
}

/** The labels to be scored of one input; the last list of counts is that of all draws. */
export function scoredLabels({ conditional, draws }: LabelledInput): ScoredLabels {
  const drawn = draws.counts.at(-1)?.length ?? 0;
  const blocks = draws.labels.length / drawn;
  const likeliest = conditional.likeliest(LIKELIEST_LABELS);
  const places = new Map(Array.from(likeliest.labels, (label, place) => [label, place]));
  const others = Array.from({ length: drawn }, (_, k) => k).filter((k) => blocks > 1 || !places.has(draws.labels[k]!));
  const count = places.size + others.length;
  const spread = (own: Float64Array): Float64Array => {
    const all = new Float64Array(count);
    others.forEach((k, at) => (all[places.size + at] = own[k] ?? 0));
    if (blocks === 1) draws.labels.forEach((label, k) => places.has(label) && (all[places.get(label)!] = own[k] ?? 0));
    return all;
  };
  const counts = draws.counts.map(spread);
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
