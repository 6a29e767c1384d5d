import { quadraticCount, quarticCount } from '../moments.js';
import { type ContractionSize, parameterWork } from './cost-model.js';
import { memoryShares } from './memory-shares.js';
import type { Candidate, Derivation, PlanOptions } from './types.js';

/** Work that an audit may take before it samples parameters: a few minutes. */
const AFFORDABLE_WORK = 3e12;
/** Parameters audited per weight at least, whatever they cost: fewer would say almost nothing about the rest. */
const MIN_PARAMETERS = 32;

/** Work and bytes for one more parameter of a group. */
interface Price {
  readonly size: number;
  readonly work: number;
  readonly bytes: number;
}

/** How many parameters of each weight are audited where each needs a direction of its own. */
export function parameterLimit(
  candidates: readonly Candidate[],
  derivations: readonly Derivation[],
  contraction: ContractionSize,
  options: PlanOptions,
): number {
  if (options.parameters === 'all') return Infinity;
  if (options.parameters !== 'auto') return options.parameters;
  const prices = candidates.flatMap((candidate, k): Price[] => {
    const { size, direct } = candidate;
    const work = options.inputs * parameterWork(candidate, derivations[k]!, contraction);
    return direct ? [{ size, work, bytes: bytesPerParameter(options.samples) }] : [];
  });
  const fits = (limit: number): boolean => {
    const sum = (f: (price: Price) => number): number =>
      prices.reduce((total, price) => total + Math.min(price.size, limit) * f(price), 0);
    return (
      sum(({ work }) => work) <= AFFORDABLE_WORK && sum(({ bytes }) => bytes) <= memoryShares.sums * options.memory
    );
  };
  return Math.max(MIN_PARAMETERS, largestThat(fits, Math.max(0, ...prices.map(({ size }) => size))));
}

/** Bytes of the sums over inputs for one parameter: one for each column, and its position. */
export const bytesPerParameter = (samples: readonly number[]): number => {
  const columns = { samples, labels: false };
  return 8 * (quadraticCount(columns) + quarticCount(columns) + 2);
};

/** The largest integer up to `most` that satisfies a condition which also holds for all smaller ones; Infinity if `most` does. */
function largestThat(holds: (count: number) => boolean, most: number): number {
  if (holds(most)) return Infinity;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
