import type { BlockSpectrum } from '../likelihoods/likelihood.js';

/** Extreme eigenvalues of I(h) and of M = Cov(vec(rrᵀ)) (on symmetric matrices) for all outputs of one input. */
export interface Spectrum {
  readonly informationMin: number;
  readonly informationMax: number;
  readonly covarianceMin: number;
  readonly covarianceMax: number;
}

/**
 * Combines independent blocks. I(h) is block-diagonal. So is M: it has one block for the rrᵀ of each block, and one with
 * eigenvalues 2·λᵢ(I)·λⱼ(I′) for each pair of blocks.
 */
export function combineSpectra(blocks: readonly BlockSpectrum[]): Spectrum {
  const minima = blocks.map((block) => block.informationMin).sort((a, b) => a - b);
  const maxima = blocks.map((block) => block.informationMax).sort((a, b) => b - a);
  const pair = (sorted: readonly number[]): number[] => (sorted.length < 2 ? [] : [2 * sorted[0]! * sorted[1]!]);
  const smallest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const largest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  return {
    informationMin: minima[0] ?? 0,
    informationMax: maxima[0] ?? 0,
    covarianceMin: smallest([...blocks.map((block) => block.covarianceMin), ...pair(minima)]),
    covarianceMax: largest([...blocks.map((block) => block.covarianceMax), ...pair(maxima)]),
  };
}
