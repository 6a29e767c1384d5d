import type { Cost } from '../../program/cost.js';
import { workOf } from './cost-model.js';
import type { Candidate, Derivation, PlanOptions, Walks } from './types.js';

/** With more outputs than this, and more than label draws, first derivatives come from label draws. */
const MANY_OUTPUTS = 128;

/** Labels that are drawn for the variance of Î₁ at least, however few are asked for. */
const MIN_DRAWS = 64;

/** Labels of one input that are scored with their exact probability beside the drawn ones, where they can be listed. */
export const LIKELIEST_LABELS = 32;

/** Forward jets that take less than this share of the reverse passes are always used: they are exact. */
const CHEAP = 0.02;

/** Labels that are drawn for one input where a group's derivatives come from label draws. */
export const labelDrawsFor = (samples: readonly number[]): number => Math.max(MIN_DRAWS, samples.at(-1) ?? 0);

/** Reverse passes for one input, and which derivation uses them. */
export interface ReversePasses extends Walks {
  readonly derivation: Exclude<Derivation, 'forward-jets'>;
}

/** The fewer reverse passes: one for each output, or one for each label. */
export const reversePassesFor = (outputs: number, labelDraws: number, cost: Cost): ReversePasses =>
  outputs > Math.max(MANY_OUTPUTS, labelDraws)
    ? { derivation: 'label-draws', count: labelDraws + LIKELIEST_LABELS, cost }
    : { derivation: 'reverse-passes', count: outputs, cost };

/**
 * The cheapest derivation for each candidate. Candidates that need second derivatives use forward jets, which give the
 * first derivatives as well.
 */
export function chooseDerivations(
  candidates: readonly Candidate[],
  passes: ReversePasses,
  { parameters }: Pick<PlanOptions, 'parameters'>,
): Derivation[] {
  const reverse = workOf(passes);
  const limit = typeof parameters === 'number' ? parameters : Infinity;
  const jets = ({ order, cost, size, direct }: Candidate): number =>
    order === 2 ? 0 : workOf({ count: Math.min(size, direct ? limit : Infinity), cost });
  const expensive = candidates.filter((candidate) => jets(candidate) > CHEAP * reverse);
  const saved = expensive.reduce((sum, candidate) => sum + jets(candidate), 0);
  return candidates.map((candidate) =>
    saved > reverse && expensive.includes(candidate) ? passes.derivation : 'forward-jets',
  );
}
