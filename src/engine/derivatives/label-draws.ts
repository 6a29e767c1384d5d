import type { Tensor } from '../../kernels/kernels.js';
import { type Moments, emptyMoments } from '../moments.js';
import type { UnitRange } from '../plan/types.js';
import { type AuditedBatch, type Receiver, type SquaredScores, addTime } from './batch.js';
import { copyUnits, startCotangents } from './reverse-passes.js';
import { type ScoredLabels, scoredLabels } from './scored-labels.js';

/** Sums over labels of weights times scores to the second and fourth power, for each input and unit of a range. */
interface PowerSums {
  readonly squares: Float64Array;
  readonly fourths: Float64Array;
}

/** Sums over the labels of one range. */
interface RangeSums {
  /** Over the likeliest labels, weighted with their probabilities. */
  readonly likely: PowerSums;
  /** Over the other draws. */
  readonly rest: PowerSums;
  /** Over the first draws, for each sample count. */
  readonly samples: readonly PowerSums[];
}

/** Numbers that are kept for each unit and input while labels are scored. */
export const scoreNumbers = (samples: readonly number[]): number => 2 * (samples.length + 2) + 1;

/**
 * Moments of ranges whose scores are computed for some labels, with one reverse pass for each label. The mean of the
 * squared scores estimates the information; together with the mean of their squares it estimates V₁. Both are unbiased.
 * Second derivatives are zero here, or not needed.
 */
export async function labelDraws(batch: AuditedBatch, ranges: readonly UnitRange[], receiver: Receiver): Promise<void> {
  const { plan, trace, labelled } = batch;
  const scored = labelled.map(scoredLabels);
  const labels = Math.max(...scored.map(({ count }) => count));
  const sums = ranges.map(({ units }) => emptySums(trace.batch * units, plan.samples.length));
  for (let from = 0; from < labels; from += plan.cotangents) {
    const count = Math.min(plan.cotangents, labels - from);
    const found = startCotangents(batch, ranges, residualsOf(batch, scored, from, count));
    const begin = performance.now();
    ranges.forEach((range, k) => {
      const values = new Float64Array(count * trace.batch * range.units);
      copyUnits(range, found.get(range.group.start), values);
      for (let at = 0; at < values.length; at++) values[at]! **= 2;
      const scores = { labels: scored, values, from, count };
      addPowers(range, scores, sums[k]!);
      receiver.scores(range, scores);
    });
    const each = (performance.now() - begin) / ranges.length;
    ranges.forEach(({ group }) => {
      addTime(batch.seconds, group, 'gradient', each);
    });
    await receiver.progress((from + count) / labels);
  }
  const own = ownScores(batch, ranges);
  ranges.forEach((range, k) => {
    const moments = momentsOf(batch, range, sums[k]!);
    const scores = own?.[k];
    if (scores) moments.empirical?.set(scores.map((score) => score ** 2));
    receiver.moments(range, moments);
  });
}

function emptySums(length: number, counts: number): RangeSums {
  const make = (): PowerSums => ({ squares: new Float64Array(length), fourths: new Float64Array(length) });
  return { likely: make(), rest: make(), samples: Array.from({ length: counts }, make) };
}

/** Scores of the data set's own labels, [B, units] for each range, from one reverse pass; null without labels. */
function ownScores(batch: AuditedBatch, ranges: readonly UnitRange[]): Float64Array[] | null {
  const { kernels, labelled } = batch;
  const { outputs } = batch.plan;
  if (labelled.some(({ own }) => own === null)) return null;
  const residuals = new Float64Array(labelled.length * outputs);
  labelled.forEach(({ conditional, own }, b) => {
    conditional.residual(own!, 0, residuals.subarray(b * outputs, (b + 1) * outputs));
  });
  const found = startCotangents(batch, ranges, kernels.tensor(residuals, [1, labelled.length, outputs]));
  return ranges.map((range) => {
    const scores = new Float64Array(labelled.length * range.units);
    copyUnits(range, found.get(range.group.start), scores);
    return scores;
  });
}

/** Residuals r = t(y) − η of the labels from `from` on: [count, B, O]; zeros where an input has fewer labels. */
function residualsOf(
  { kernels, plan: { outputs }, labelled }: AuditedBatch,
  scored: readonly ScoredLabels[],
  from: number,
  count: number,
): Tensor {
  const all = new Float64Array(count * labelled.length * outputs);
  labelled.forEach(({ conditional }, b) => {
    const { labels, count: known } = scored[b]!;
    for (let k = 0; k < Math.min(count, known - from); k++) {
      const at = (k * labelled.length + b) * outputs;
      conditional.residual(labels, ((from + k) * labels.length) / known, all.subarray(at, at + outputs));
    }
  });
  return kernels.tensor(all, [count, labelled.length, outputs]);
}

/** Adds the scores of some labels to the sums. */
function addPowers(
  { units }: UnitRange,
  { labels, values, from, count }: SquaredScores,
  { likely, rest, samples }: RangeSums,
): void {
  labels.forEach((own, b) => {
    for (let k = 0; k < count; k++) {
      const at = (k * labels.length + b) * units;
      const squares = values.subarray(at, at + units);
      addWeighted(likely, squares, own.probabilities[from + k] ?? 0, b * units);
      addWeighted(rest, squares, own.rest[from + k] ?? 0, b * units);
      samples.forEach((sums, n) => {
        addWeighted(sums, squares, own.counts[n]?.[from + k] ?? 0, b * units);
      });
    }
  });
}

function addWeighted({ squares, fourths }: PowerSums, own: Float64Array, weight: number, at: number): void {
  if (weight === 0) return;
  for (let unit = 0; unit < own.length; unit++, at++) {
    const square = own[unit]!;
    squares[at]! += weight * square;
    fourths[at]! += weight * square * square;
  }
}

/** Mean and unbiased variance of squared scores over draws, from sums of powers. */
function meanAndVariance(
  { squares, fourths }: PowerSums,
  at: number,
  draws: number,
): { mean: number; variance: number } {
  const mean = squares[at]! / draws;
  const deviations = Math.max(fourths[at]! - draws * mean * mean, 0);
  return { mean, variance: draws > 1 ? deviations / (draws - 1) : 0 };
}

function momentsOf({ columns, plan, trace }: AuditedBatch, { units }: UnitRange, sums: RangeSums): Moments {
  const draws = plan.labelDraws;
  const moments = emptyMoments(columns, trace.batch, units);
  const { variance, sampleVariances } = moments.estimators.gradient;
  for (let at = 0; at < trace.batch * units; at++) {
    const rest = meanAndVariance(sums.rest, at, draws);
    const mean = sums.likely.squares[at]! + rest.mean;
    const noise = rest.variance / draws;
    const drawn = sums.rest.fourths[at]! / draws;
    moments.information[at] = mean;
    moments.informationNoise[at] = noise;
    // E[mean²] is I² plus the noise of the mean.
    variance[at] = Math.max(sums.likely.fourths[at]! + drawn - (mean * mean - noise), 0);
    columns.samples.forEach((count, n) => {
      const own = meanAndVariance(sums.samples[n]!, at, count);
      moments.errors.gradient[n]![at] = own.mean - mean;
      sampleVariances[n]![at] = own.variance;
    });
  }
  return moments;
}
