import { type Tensor, broadcastShape, sameShape, sizeOf } from '../../../kernels/kernels.js';
import { bilinear } from '../rules/bilinear.js';
import { broadcastReach } from '../rules/reach.js';
import type { ChannelTangent, RuleContext } from '../primitive.js';
import { alongside, atChannels, channelShape, mapTangent, periodOf, repeated, unbroadcast } from '../rules/tangents.js';

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
  reach: broadcastReach,
  parameterEntry: (argument, shapes, shape) =>
    sizeOf(shapes[argument] ?? []) === sizeOf(shape) && sameShape(shapes[1 - argument] ?? [], shape)
      ? { kind: 'diagonal', factor: 1 - argument }
      : null,
  shape: (_, left, right) => broadcastShape(left, right),
  apply: ({ kernels }, left, right) => kernels.multiply(left, right),
  structured(context, tangent, argument, other) {
    const { kernels, shapes, shape } = context;
    const key = `other than ${argument}`;
    if (shapes.every((own) => sameShape(own, shape))) {
      const factor = alongside(context, key, other, tangent);
      return mapTangent(tangent, (part) => kernels.multiply(part, factor));
    }
    if (tangent.kind === 'channel') return timesBroadcast(context, tangent, argument, other);
    const period = periodOf(shapes[argument]!, shape);
    if (period === null || !sameShape(shapes[1 - argument]!, shape)) return null;
    return repeated(kernels, tangent, period, atChannels(context, key, other, { period, channels: tangent.indices }));
  },
  pull: ({ kernels, shapes }, other: Tensor, cotangent, argument) =>
    unbroadcast(kernels, kernels.multiply(cotangent, other), shapes[argument] ?? []),
  flops: (_, left, right) => sizeOf(broadcastShape(left, right)),
});

/** Channels of a value times another value that is broadcast to it; null where the other value is the wider one. */
function timesBroadcast(
  context: RuleContext<object>,
  tangent: ChannelTangent,
  argument: number,
  other: Tensor,
): ChannelTangent | null {
  const { kernels, shapes, shape } = context;
  const own = channelShape(shape, tangent.period);
  const factor = sameShape(shapes[argument]!, shape) ? broadcastFactor(context, tangent, argument, other) : null;
  if (own === null || factor === null) return null;
  return mapTangent(tangent, (part) => {
    const shaped = kernels.reshape(part, [...part.shape.slice(0, 2), ...own]);
    const product = kernels.multiply(shaped, factor);
    return kernels.reshape(product, [...product.shape.slice(0, 2), sizeOf(own)]);
  });
}

/** The factor of each channel: [D, B, …] or [1, B, …]; null where the other value has no such channels. */
function broadcastFactor(
  context: RuleContext<object>,
  tangent: ChannelTangent,
  argument: number,
  other: Tensor,
): Tensor | null {
  const { kernels } = context;
  const [batch = 1, ...wide] = other.shape;
  if (wide.at(-1) === 1) return kernels.reshape(other, [1, batch, ...wide]);
  const narrow = channelShape(wide, tangent.period);
  if (narrow === null) return null;
  const at = atChannels(context, `other than ${argument}`, other, tangent);
  return kernels.reshape(at, [...at.shape.slice(0, 2), ...narrow]);
}
