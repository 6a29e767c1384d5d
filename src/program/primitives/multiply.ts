import { type Tensor, broadcastShape, sameShape, sizeOf } from '../../kernels/kernels.js';
import { bilinear } from './bilinear.js';
import { atIndices, mapTangent, unbroadcast } from './tangents.js';

/** Product of two values of equal rank, element by element, broadcast. */
export const multiply = bilinear<object>({
  examples: [
    { attributes: {}, shapes: [[3], [3]] },
    {
      attributes: {},
      shapes: [
        [2, 3],
        [1, 3],
      ],
      unbatched: [1],
    },
    {
      attributes: {},
      shapes: [
        [1, 3],
        [2, 1],
      ],
    },
  ],
  shape: (_, left, right) => broadcastShape(left, right),
  apply: ({ kernels }, left, right) => kernels.multiply(left, right),
  sparse(context, tangent, _, other) {
    const { kernels, shapes, shape } = context;
    if (!shapes.every((own) => sameShape(own, shape))) return null;
    const factor = atIndices(kernels, other, tangent.indices);
    return mapTangent(tangent, (part) => kernels.multiply(part, factor));
  },
  pull: ({ kernels, shapes }, other: Tensor, cotangent, argument) =>
    unbroadcast(kernels, kernels.multiply(cotangent, other), shapes[argument] ?? []),
  flops: (_, left, right) => sizeOf(broadcastShape(left, right)),
});
