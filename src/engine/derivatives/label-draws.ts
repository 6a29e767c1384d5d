import type { Tensor } from '../../kernels/kernels.js';
import { type AuditedBatch, outputsOf, spend } from './batch.js';
import type { UnitRange } from '../plan/types.js';
import {
  type Moments,
  drawnVariance,
  empirical,
  emptyMoments,
  errorOf,
  information,
  informationNoise,
  rareVariance,
  sampleVarianceOf,
  varianceOf,
} from '../moments.js';
import { pickUnits, pullFrom } from './reverse-passes.js';
import { type ScoredLabels, scoredLabels } from './scored-labels.js';

/** Sums over labels of weights times scores to the second and fourth power, for each input and unit of a part. */
interface PowerSums {
  readonly squares: Float64Array;
  readonly fourths: Float64Array;
}

/** What is summed up for one part: with probabilities, over the other draws, over the first draws of each count. */
interface PartSums {
  readonly likely: PowerSums;
  /** The same for the likely labels, each of them counted once. */
  readonly once: PowerSums;
  readonly rest: PowerSums;
  readonly samples: readonly PowerSums[];
}

/** Numbers that are kept for each unit and input while labels are scored. */
export const scoreNumbers = (samples: readonly number[]): number => 2 * (samples.length + 3) + 1;

/**
 * Moments of parts whose scores are computed for some labels, one reverse pass for each: the mean of the squared scores
 * stands for the information, and with the mean of their squares for V₁. Both are unbiased. Second derivatives are zero
 * here, or not wanted.
 */
export function drawParts(
  batch: AuditedBatch,
  parts: readonly UnitRange[],
  progress: (share: number) => void,
  emit: (part: UnitRange, moments: Moments) => void,
): void {
  const { plan, trace, labelled, columns } = batch;
  const scored = labelled.map(scoredLabels);
  const labels = Math.max(...scored.map(({ count }) => count));
  const sums = parts.map(({ units }): PartSums => {
    const make = (): PowerSums => {
      return { squares: new Float64Array(trace.batch * units), fourths: new Float64Array(trace.batch * units) };
    };
    return { likely: make(), once: make(), rest: make(), samples: columns.samples.map(make) };
  });
  for (let from = 0; from < labels; from += plan.cotangents) {
    const count = Math.min(plan.cotangents, labels - from);
    const found = pullFrom(batch, parts, residualsOf(batch, scored, from, count));
    const begin = performance.now();
    parts.forEach((part, k) => {
      const scores = new Float64Array(count * trace.batch * part.units);
      pickUnits(part, found.get(part.group.start), scores);
      addPowers(scored, part, scores, from, count, sums[k]!);
    });
    const each = (performance.now() - begin) / parts.length;
    parts.forEach(({ group }) => {
      spend(batch.seconds, group, 'gradient', each);
    });
    progress((from + count) / labels);
  }
  const own = ownScores(batch, parts);
  parts.forEach((part, k) => {
    const moments = momentsOf(batch, scored, part, sums[k]!);
    own?.[k]?.forEach((score, at) => {
      moments.quadratic[columns.quadratic.indexOf(empirical)]![at] = score ** 2;
    });
    emit(part, moments);
  });
}

/** Scores of the data set's own labels, [B, units] for each part, from one reverse pass; null without labels. */
function ownScores(batch: AuditedBatch, parts: readonly UnitRange[]): Float64Array[] | null {
  const { kernels, trace, labelled } = batch;
  if (labelled.some(({ own }) => own === null)) return null;
  const outputs = outputsOf(trace);
  const residuals = new Float64Array(labelled.length * outputs);
  labelled.forEach(({ conditional, own }, b) => {
    conditional.residual(own!, 0, residuals.subarray(b * outputs, (b + 1) * outputs));
  });
  const found = pullFrom(batch, parts, kernels.tensor(residuals, [1, labelled.length, outputs]));
  return parts.map((part) => {
    const scores = new Float64Array(labelled.length * part.units);
    pickUnits(part, found.get(part.group.start), scores);
    return scores;
  });
}

/** Residuals r = t(y) − η of the labels from `from` on: [count, B, O]; zeros where an input has fewer. */
function residualsOf(
  { kernels, trace, labelled }: AuditedBatch,
  scored: readonly ScoredLabels[],
  from: number,
  count: number,
): Tensor {
  const outputs = outputsOf(trace);
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

function addPowers(
  scored: readonly ScoredLabels[],
  { units }: UnitRange,
  scores: Float64Array,
  from: number,
  count: number,
  { likely, once, rest, samples }: PartSums,
): void {
  scored.forEach((own, b) => {
    for (let k = 0; k < count; k++) {
      const at = (k * scored.length + b) * units;
      const squares = scores.subarray(at, at + units).map((score) => score * score);
      addWeighted(likely, squares, own.probabilities[from + k] ?? 0, b * units);
      addWeighted(once, squares, from + k < own.likely ? 1 : 0, b * units);
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

/** Mean and unbiased variance of squared scores over draws, of which sums of powers are known. */
function meanAndVariance(
  { squares, fourths }: PowerSums,
  at: number,
  draws: number,
): { mean: number; variance: number } {
  const mean = squares[at]! / draws;
  const spread = Math.max(fourths[at]! - draws * mean * mean, 0);
  return { mean, variance: draws > 1 ? spread / (draws - 1) : 0 };
}

function momentsOf(
  { columns, plan, trace }: AuditedBatch,
  scored: readonly ScoredLabels[],
  { units }: UnitRange,
  sums: PartSums,
): Moments {
  const moments = emptyMoments(columns, trace.batch, units);
  const second = (name: string): Float64Array => moments.quadratic[columns.quadratic.indexOf(name)]!;
  const fourth = (name: string): Float64Array => moments.quartic[columns.quartic.indexOf(name)]!;
  const informations = second(information);
  const [variances, noises] = [fourth(varianceOf('gradient')), fourth(informationNoise)];
  const [drawn, rare] = [fourth(drawnVariance), fourth(rareVariance)];
  for (let at = 0; at < trace.batch * units; at++) {
    const rest = meanAndVariance(sums.rest, at, plan.draws);
    const mean = sums.likely.squares[at]! + rest.mean;
    const noise = rest.variance / plan.draws;
    const fromDraws = sums.rest.fourths[at]! / plan.draws;
    drawn[at] = fromDraws;
    const { likely, unlikely } = scored[Math.floor(at / units)]!;
    rare[at] = (sums.once.fourths[at]! / Math.max(1, likely)) * Math.sqrt(unlikely / plan.draws);
    informations[at] = mean;
    noises[at] = noise;
    // E[mean²] is I² and the noise of the mean.
    variances[at] = Math.max(sums.likely.fourths[at]! + fromDraws - (mean * mean - noise), 0);
    columns.samples.forEach((count, n) => {
      const own = meanAndVariance(sums.samples[n]!, at, count);
      second(errorOf('gradient', count))[at] = own.mean - mean;
      fourth(sampleVarianceOf('gradient', count))[at] = own.variance;
    });
  }
  return moments;
}
