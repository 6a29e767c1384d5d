import { sizeOf } from '../../kernels/kernels.js';
import { reverseCost } from '../../program/cost.js';
import { type Program, valueOf } from '../../program/program.js';
import { walkWork } from './cost-model.js';
import type { Candidate, Derivation } from './types.js';

/** With more outputs than this (and more than draws) first derivatives come from label draws. */
const MANY_OUTPUTS = 128;

/** Labels drawn for the variance of Î₁ at least, however few are asked for. */
const LEAST_DRAWS = 64;

/** Labels of one input that are scored with their exact probability beside those that are drawn, where they can be listed. */
export const LIKELIEST_LABELS = 32;

/** A group whose jets take less than this share of the reverse passes pushes them: that is exact, whatever the others do. */
const CHEAP = 0.02;

/** Labels of which gradients are computed where a group draws. */
export const drawnLabels = (samples: readonly number[]): number => Math.max(LEAST_DRAWS, samples.at(-1) ?? 0);

/** Reverse passes for one input, and what they start from. */
export function reversePasses(program: Program, samples: readonly number[]): { kind: 'pull' | 'draw'; count: number } {
  const outputs = sizeOf(valueOf(program, program.output).shape);
  const draws = drawnLabels(samples);
  return outputs > Math.max(MANY_OUTPUTS, draws)
    ? { kind: 'draw', count: draws + LIKELIEST_LABELS }
    : { kind: 'pull', count: outputs };
}

/** The cheapest way for each group; what needs second derivatives pushes jets, which bring the first ones along. */
export function chooseDerivations(
  program: Program,
  candidates: readonly Candidate[],
  { samples, parameters }: { readonly samples: readonly number[]; readonly parameters: number | 'all' | 'auto' },
): Derivation[] {
  const passes = reversePasses(program, samples);
  const reverse = passes.count * walkWork(reverseCost(program));
  const limit = typeof parameters === 'number' ? parameters : Infinity;
  const pushing = ({ order, cost, size, direct }: Candidate): number =>
    order === 2 ? 0 : Math.min(size, direct ? limit : Infinity) * walkWork(cost);
  const dear = candidates.filter((candidate) => pushing(candidate) > CHEAP * reverse);
  const saved = dear.reduce((sum, candidate) => sum + pushing(candidate), 0);
  return candidates.map((candidate) => (saved > reverse && dear.includes(candidate) ? passes.kind : 'push'));
}
