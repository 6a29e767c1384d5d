import type { Tensor } from '../kernels/kernels.js';
import { type AuditedBatch, outputsOf, spend } from './batch.js';
import type { Draws } from '../estimators/draws.js';
import type { Part } from './parts.js';
import { type Moments, emptyMoments, errorOf, information, sampleVarianceOf, varianceOf } from './moments.js';
import { pickUnits, pullFrom } from './pulled.js';

/** Numbers that are kept for each unit and input while labels are drawn. */
export const scoreNumbers = (samples: readonly number[]): number => 2 * (samples.length + 1) + 1;

/** Sums over labels of counts times scores to the second and fourth power, for each input and unit of a part. */
interface PowerSums {
  readonly squares: Float64Array;
  readonly fourths: Float64Array;
}

/**
 * Moments of parts whose scores are computed for drawn labels, one reverse pass for each: the mean of the squared
 * scores stands for the information, their sample variance for V₁. Second derivatives are zero here, or not wanted.
 */
export function drawParts(
  batch: AuditedBatch,
  parts: readonly Part[],
  progress: (share: number) => void,
  emit: (part: Part, moments: Moments) => void,
): void {
  const { plan, trace, labelled, columns } = batch;
  const labels = Math.max(...labelled.map(({ draws }) => labelsIn(draws)));
  // One set of sums for each sample count, and one for all labels that were drawn.
  const sums = parts.map(({ units }) =>
    [...columns.samples, plan.draws].map((): PowerSums => {
      const size = trace.batch * units;
      return { squares: new Float64Array(size), fourths: new Float64Array(size) };
    }),
  );
  for (let from = 0; from < labels; from += plan.cotangents) {
    const count = Math.min(plan.cotangents, labels - from);
    const found = pullFrom(batch, parts, residualsOf(batch, from, count));
    const begin = performance.now();
    parts.forEach((part, k) => {
      const scores = new Float64Array(count * trace.batch * part.units);
      pickUnits(part, found.get(part.group.start), scores);
      addPowers(batch, part, scores, from, count, sums[k] as PowerSums[]);
    });
    const each = (performance.now() - begin) / parts.length;
    parts.forEach(({ group }) => {
      spend(batch.seconds, group, 'gradient', each);
    });
    progress((from + count) / labels);
  }
  parts.forEach((part, k) => {
    emit(part, momentsOf(batch, part, sums[k] as PowerSums[]));
  });
}

const labelsIn = ({ counts }: Draws): number => counts.at(-1)?.length ?? 0;

/** Residuals r = t(y) − η of the labels from `from` on: [count, B, O]; zeros where an input has fewer. */
function residualsOf({ kernels, trace, labelled }: AuditedBatch, from: number, count: number): Tensor {
  const outputs = outputsOf(trace);
  const all = new Float64Array(count * labelled.length * outputs);
  labelled.forEach(({ conditional, draws }, b) => {
    const blocks = draws.labels.length / labelsIn(draws);
    for (let k = 0; k < Math.min(count, labelsIn(draws) - from); k++) {
      const at = (k * labelled.length + b) * outputs;
      conditional.residual(draws.labels, (from + k) * blocks, all.subarray(at, at + outputs));
    }
  });
  return kernels.tensor(all, [count, labelled.length, outputs]);
}

function addPowers(
  { labelled }: AuditedBatch,
  { units }: Part,
  scores: Float64Array,
  from: number,
  count: number,
  sums: readonly PowerSums[],
): void {
  labelled.forEach(({ draws }, b) => {
    for (let k = 0; k < count; k++) {
      const own = scores.subarray((k * labelled.length + b) * units, (k * labelled.length + b + 1) * units);
      sums.forEach(({ squares, fourths }, n) => {
        const times = draws.counts[n]?.[from + k] ?? 0;
        if (times === 0) return;
        for (let unit = 0, at = b * units; unit < units; unit++, at++) {
          const square = (own[unit] as number) ** 2;
          squares[at] = (squares[at] as number) + times * square;
          fourths[at] = (fourths[at] as number) + times * square * square;
        }
      });
    }
  });
}

/** Mean and unbiased variance of squared scores of which sums of powers are known. */
function meanAndVariance(
  { squares, fourths }: PowerSums,
  at: number,
  draws: number,
): { mean: number; variance: number } {
  const mean = (squares[at] as number) / draws;
  const spread = Math.max((fourths[at] as number) - draws * mean * mean, 0);
  return { mean, variance: draws > 1 ? spread / (draws - 1) : 0 };
}

function momentsOf({ columns, plan, trace }: AuditedBatch, { units }: Part, sums: readonly PowerSums[]): Moments {
  const moments = emptyMoments(columns, trace.batch, units);
  const second = (name: string): Float64Array => moments.quadratic[columns.quadratic.indexOf(name)] as Float64Array;
  const fourth = (name: string): Float64Array => moments.quartic[columns.quartic.indexOf(name)] as Float64Array;
  const [informations, variances] = [second(information), fourth(varianceOf('gradient'))];
  for (let at = 0; at < trace.batch * units; at++) {
    const all = meanAndVariance(sums.at(-1) as PowerSums, at, plan.draws);
    informations[at] = all.mean;
    variances[at] = all.variance;
    columns.samples.forEach((count, n) => {
      const own = meanAndVariance(sums[n] as PowerSums, at, count);
      second(errorOf('gradient', count))[at] = own.mean - all.mean;
      fourth(sampleVarianceOf('gradient', count))[at] = own.variance;
    });
  }
  return moments;
}
