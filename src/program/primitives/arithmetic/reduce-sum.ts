import { type Shape, sizeOf } from '../../../kernels/kernels.js';
import { linear } from '../rules/linear.js';
import { channelReach } from '../rules/reach.js';

export interface ReduceAttributes {
  readonly axes: readonly number[];
}

const kept = (shape: Shape, { axes }: ReduceAttributes): number[] =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));

/** Sum over axes of one example, which stay with size 1. */
export const reduceSum = linear<ReduceAttributes>({
  examples: [
    { attributes: { axes: [0] }, shapes: [[4]] },
    { attributes: { axes: [0, 2] }, shapes: [[2, 3, 2]] },
  ],
  reach: channelReach,
  shape: (attributes, shape) => kept(shape, attributes),
  apply: (kernels, attributes, tensor, shape, lead) =>
    kernels.reshape(
      kernels.sum(
        tensor,
        attributes.axes.map((axis) => axis + lead),
      ),
      [...tensor.shape.slice(0, lead), ...kept(shape, attributes)],
    ),
  transposed: (kernels, _, cotangent, shape) => kernels.add(cotangent, kernels.fill([1, 1, ...shape], 0)),
  channelwise: ({ axes }, shape) => !axes.includes(shape.length - 1),
  flops: (_, shape) => sizeOf(shape),
});
