import { type Shape, type Tensor, sizeOf } from '../../../kernels/kernels.js';
import type { ChannelTangent, Jet, Primitive, RuleContext, Tangent } from '../primitive.js';
import { channelReach } from '../rules/reach.js';
import { atChannels, channelShape, densify, mapTangent } from '../rules/tangents.js';

export interface ReduceMaxAttributes {
  readonly axis: number;
}

/** 1 at the first largest element along the axis, 0 elsewhere: [B, …s]. */
function largest({ kernels, attributes: { axis }, once }: RuleContext<ReduceMaxAttributes>, primal: Tensor): Tensor {
  return once('mask', () => {
    const values = kernels.read(primal);
    const size = primal.shape[axis + 1]!;
    const inner = sizeOf(primal.shape.slice(axis + 2));
    const mask = new Float32Array(values.length);
    for (let outer = 0; outer < values.length; outer += size * inner) {
      for (let i = outer; i < outer + inner; i++) {
        let best = i;
        for (let k = i; k < outer + size * inner; k += inner) {
          if (values[k]! > values[best]!) best = k;
        }
        mask[best] = 1;
      }
    }
    return kernels.tensor(mask, primal.shape);
  });
}

/** The maximum along one axis, which keeps size 1. Derivatives are those of the largest element, the first at a tie. */
export const reduceMax: Primitive<ReduceMaxAttributes> = {
  examples: [
    { attributes: { axis: 0 }, shapes: [[4]] },
    { attributes: { axis: 1 }, shapes: [[2, 3, 2]] },
  ],
  reach: channelReach,
  derivativesRead: 'all',
  shape: ({ axis }, [shape = []]) => shape.with(axis, 1),
  evaluate: (context, [primal]) => chosen(context, primal!, largest(context, primal!)),
  push(context, [jet]) {
    const { tangent, primal, shape } = jet as Jet & { tangent: Tangent };
    const mask = largest(context, primal);
    const own = tangent.kind === 'channel' ? channelShape(shape, tangent.period) : null;
    if (tangent.kind !== 'channel' || own === null || context.attributes.axis === shape.length - 1) {
      return mapTangent(densify(context.kernels, tangent, shape), (part) => chosen(context, part, mask));
    }
    return chosenChannels(context, tangent, atChannels(context, 'mask', mask, tangent), own);
  },
  pull: (context, [primal], cotangent) => context.kernels.multiply(cotangent, largest(context, primal!)),
  bend: () => ({ curved: false, kinked: true }),
  flops: (_, [shape = []]) => sizeOf(shape),
};

/** The same for a channel tangent: `mask` is [D, B, …] or [1, B, …], `own` the shape of its elements of one example. */
function chosenChannels(
  context: RuleContext<ReduceMaxAttributes>,
  tangent: ChannelTangent,
  mask: Tensor,
  own: Shape,
): ChannelTangent {
  const { kernels } = context;
  const shaped = (tensor: Tensor): Tensor => kernels.reshape(tensor, [...tensor.shape.slice(0, 2), ...own]);
  return mapTangent(tangent, (part) => {
    const taken = chosen(context, shaped(part), shaped(mask));
    return kernels.reshape(taken, [...taken.shape.slice(0, 2), sizeOf(taken.shape.slice(2))]);
  });
}

/** The elements of a primal or a derivative that the mask marks. */
function chosen(
  { kernels, attributes: { axis }, shapes }: RuleContext<ReduceMaxAttributes>,
  tensor: Tensor,
  mask: Tensor,
): Tensor {
  const along = axis + tensor.shape.length - (shapes[0]?.length ?? 0);
  const marked = kernels.multiply(tensor, mask);
  return kernels.reshape(kernels.sum(marked, [along]), marked.shape.with(along, 1));
}
