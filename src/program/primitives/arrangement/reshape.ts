import { type Shape, sizeOf } from '../../../kernels/kernels.js';
import { linear } from '../rules/linear.js';
import { sameReach } from '../rules/reach.js';

/** The same elements in the same order, in another shape. */
export const reshape = linear<{ shape: Shape }>({
  examples: [
    { attributes: { shape: [6] }, shapes: [[2, 3]] },
    { attributes: { shape: [3, 1, 2] }, shapes: [[6]] },
  ],
  passes: 0,
  sharesMemory: true,
  keepsOrder: true,
  rearranges: true,
  keepsActivation: true,
  reach: sameReach,
  shape({ shape }, from) {
    if (sizeOf(shape) !== sizeOf(from)) throw new RangeError(`[${from}] cannot be reshaped to [${shape}]`);
    return shape;
  },
  apply: (kernels, { shape }, tensor, _, lead) => kernels.reshape(tensor, [...tensor.shape.slice(0, lead), ...shape]),
  transposed: (kernels, _, cotangent, shape) => kernels.reshape(cotangent, [...cotangent.shape.slice(0, 2), ...shape]),
  elements: (_, __, part) => part,
});
