import type { Tensor } from '../../../kernels/kernels.js';
import { linear } from '../rules/linear.js';
import { channelReach } from '../rules/reach.js';

const behind = (permutation: readonly number[], lead: number): number[] => [
  ...Array.from({ length: lead }, (_, axis) => axis),
  ...permutation.map((axis) => axis + lead),
];

const inverse = (permutation: readonly number[]): number[] => permutation.map((_, axis) => permutation.indexOf(axis));

/** Axes of one example in another order. */
export const transpose = linear<{ permutation: readonly number[] }>({
  examples: [
    { attributes: { permutation: [1, 0] }, shapes: [[2, 3]] },
    { attributes: { permutation: [2, 0, 1] }, shapes: [[2, 3, 2]] },
  ],
  rearranges: true,
  keepsActivation: true,
  reach: channelReach,
  shape: ({ permutation }, shape) => permutation.map((axis) => shape[axis] ?? 1),
  apply: (kernels, { permutation }, tensor: Tensor, _, lead) => kernels.transpose(tensor, behind(permutation, lead)),
  channelwise: ({ permutation }) => permutation.at(-1) === permutation.length - 1,
  transposed: (kernels, { permutation }, cotangent) => kernels.transpose(cotangent, behind(inverse(permutation), 2)),
});
