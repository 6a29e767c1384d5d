import { sizeOf } from '../../kernels/kernels.js';
import { type Program, valueOf } from '../../program/program.js';
import { columnsFor } from '../moments.js';
import { contractionWork, drawWork, walkWork } from './cost-model.js';
import { drawnLabels } from './derivation.js';
import type { Candidate, Derivation, PlanOptions } from './types.js';

/** Work that an audit may take before it samples parameters: a few minutes. */
const AFFORDABLE = 3e12;
/** Parameters audited per weight at least, whatever they take: fewer would tell next to nothing. */
const LEAST = 32;
/** Share of the memory that sums over inputs may take. */
const SHARE_OF_SUMS = 0.25;

/** Work and bytes for one more parameter of a group. */
interface Price {
  readonly size: number;
  readonly work: number;
  readonly bytes: number;
}

/** How many parameters of each weight are audited where each needs a direction of its own. */
export function parameterLimit(
  program: Program,
  candidates: readonly Candidate[],
  derivations: readonly Derivation[],
  options: PlanOptions,
): number {
  if (options.parameters === 'all') return Infinity;
  if (options.parameters !== 'auto') return options.parameters;
  const outputs = sizeOf(valueOf(program, program.output).shape);
  const prices = candidates.flatMap((candidate, k): Price[] => {
    const { size, direct } = candidate;
    const perInput = workOf(candidate, derivations[k]!, outputs, drawnLabels(options.samples));
    return direct ? [{ size, work: options.inputs * perInput, bytes: bytesOfParameter(options.samples) }] : [];
  });
  const fits = (limit: number): boolean => {
    const sum = (f: (price: Price) => number): number =>
      prices.reduce((total, price) => total + Math.min(price.size, limit) * f(price), 0);
    return sum(({ work }) => work) <= AFFORDABLE && sum(({ bytes }) => bytes) <= SHARE_OF_SUMS * options.memory;
  };
  return Math.max(LEAST, largestThat(fits, Math.max(0, ...prices.map(({ size }) => size))));
}

/** Sums over inputs by column, and the parameter's place. */
export const bytesOfParameter = (samples: readonly number[]): number => {
  const { quadratic, quartic } = columnsFor(samples);
  return 8 * (quadratic.length + quartic.length + 2);
};

/** Once reverse passes run, each parameter more costs its contraction only. */
function workOf({ order, cost }: Candidate, derivation: Derivation, outputs: number, draws: number): number {
  if (derivation === 'draw') return drawWork(draws);
  return contractionWork(outputs, order) + (derivation === 'push' ? walkWork(cost) : 0);
}

/** The largest integer up to `most` for which the condition holds (it holds for all below); Infinity if all do. */
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
