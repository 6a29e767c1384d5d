import { type Kernels, type Shape, type Tensor, sizeOf } from '../../../kernels/kernels.js';
import { type DenseTangent, type Primitive, straight } from '../primitive.js';
import { denseOf } from '../rules/tangents.js';

export interface ConcatAttributes {
  readonly axis: number;
}

/** The same tensor, with its batch axis repeated to `batch` examples. */
function withBatch(kernels: Kernels, tensor: Tensor, batch: number, axis: number): Tensor {
  if (tensor.shape[axis] === batch) return tensor;
  return kernels.add(tensor, kernels.fill([...tensor.shape.slice(0, axis), batch, ...tensor.shape.slice(axis + 1)], 0));
}

function join(kernels: Kernels, tensors: readonly Tensor[], batchAxis: number, axis: number): Tensor {
  const batch = Math.max(...tensors.map((tensor) => tensor.shape[batchAxis] ?? 1));
  return kernels.concat(
    tensors.map((tensor) => withBatch(kernels, tensor, batch, batchAxis)),
    axis,
  );
}

/** Values one after another along one axis of an example. */
export const concat: Primitive<ConcatAttributes> = {
  examples: [
    { attributes: { axis: 0 }, shapes: [[2], [3]] },
    {
      attributes: { axis: 1 },
      shapes: [
        [2, 1],
        [2, 3],
        [2, 2],
      ],
      unbatched: [1],
    },
  ],
  rearranges: true,
  keepsActivation: true,
  derivativesRead: 'nothing',
  shape({ axis }, shapes) {
    const [first = []] = shapes;
    const fits = (shape: Shape): boolean =>
      shape.length === first.length && shape.every((size, k) => k === axis || size === first[k]);
    if (!shapes.every(fits)) throw new RangeError(`${shapes.map((s) => `[${s}]`).join(' and ')} cannot be joined`);
    return first.with(
      axis,
      shapes.reduce((sum, shape) => sum + (shape[axis] ?? 0), 0),
    );
  },
  evaluate: ({ kernels, attributes: { axis } }, primals) => join(kernels, primals, 0, axis + 1),
  push(context, jets) {
    const { kernels, attributes, shapes } = context;
    const tangents = jets.map((jet) => denseOf(context, jet));
    const directions = tangents.find((tangent) => tangent !== null)?.first.shape[0] ?? 1;
    const joinParts = (part: (tangent: DenseTangent) => Tensor | null): Tensor =>
      join(
        kernels,
        tangents.map(
          (tangent, k) => (tangent && part(tangent)) ?? kernels.fill([directions, 1, ...(shapes[k] ?? [])], 0),
        ),
        1,
        attributes.axis + 2,
      );
    const bent = tangents.some((tangent) => tangent?.second);
    return {
      kind: 'dense',
      first: joinParts((tangent) => tangent.first),
      second: bent ? joinParts((tangent) => tangent.second) : null,
    };
  },
  pull({ kernels, attributes: { axis }, shapes }, _, cotangent, argument) {
    const before = shapes.slice(0, argument).reduce((sum, shape) => sum + (shape[axis] ?? 0), 0);
    const begin = cotangent.shape.map((_, k) => (k === axis + 2 ? before : 0));
    return kernels.slice(cotangent, begin, [...cotangent.shape.slice(0, 2), ...(shapes[argument] ?? [])]);
  },
  bend: () => straight,
  flops: (_, shapes) => shapes.reduce((sum, shape) => sum + sizeOf(shape), 0),
};
