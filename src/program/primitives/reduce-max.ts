import { type Tensor, sizeOf } from '../../kernels/kernels.js';
import type { DenseTangent, Jet, Primitive, RuleContext } from './primitive.js';
import { denseOf, mapTangent } from './tangents.js';

export interface ReduceMaxAttributes {
  readonly axis: number;
}

/** 1 at the first largest element along the axis, 0 elsewhere: [B, …s]. */
function largest({ kernels, attributes: { axis }, once }: RuleContext<ReduceMaxAttributes>, primal: Tensor): Tensor {
  return once('mask', () => {
    const values = kernels.read(primal);
    const size = primal.shape[axis + 1] as number;
    const inner = sizeOf(primal.shape.slice(axis + 2));
    const mask = new Float32Array(values.length);
    for (let outer = 0; outer < values.length; outer += size * inner) {
      for (let i = outer; i < outer + inner; i++) {
        let best = i;
        for (let k = i; k < outer + size * inner; k += inner) {
          if ((values[k] as number) > (values[best] as number)) best = k;
        }
        mask[best] = 1;
      }
    }
    return kernels.tensor(mask, primal.shape);
  });
}

/** The maximum along one axis, which stays with size 1; derivatives follow the element that the primal takes. */
export const reduceMax: Primitive<ReduceMaxAttributes> = {
  examples: [
    { attributes: { axis: 0 }, shapes: [[4]] },
    { attributes: { axis: 1 }, shapes: [[2, 3, 2]] },
  ],
  shape: ({ axis }, [shape = []]) => shape.with(axis, 1),
  evaluate: (context, [primal]) => chosen(context, primal as Tensor, largest(context, primal as Tensor)),
  push(context, [jet]) {
    const mask = largest(context, (jet as Jet).primal);
    return mapTangent(denseOf(context, jet as Jet) as DenseTangent, (part) => chosen(context, part, mask));
  },
  pull: (context, [primal], cotangent) => context.kernels.multiply(cotangent, largest(context, primal as Tensor)),
  bend: () => ({ curved: false, kinked: true }),
  flops: (_, [shape = []]) => sizeOf(shape),
};

/** The elements that the mask marks, of a primal or a derivative. */
function chosen(
  { kernels, attributes: { axis }, shapes }: RuleContext<ReduceMaxAttributes>,
  tensor: Tensor,
  mask: Tensor,
): Tensor {
  const along = axis + tensor.shape.length - (shapes[0]?.length ?? 0);
  const marked = kernels.multiply(tensor, mask);
  return kernels.reshape(kernels.sum(marked, [along]), marked.shape.with(along, 1));
}
