import { type Shape, sameShape, sizeOf } from '../../../kernels/kernels.js';
import type { Reach } from '../primitive.js';

/** Reach after an element-wise operation that keeps every element in its place. */
export const sameReach = (reach: Reach): Reach => reach;

/** Reach of one channel of a value of shape `own`: the same channel, if the operation keeps the last axis and whole channels. */
export const reachOfChannel = (channels: number, own: Shape, shape: Shape): Reach =>
  (own.at(-1) ?? 1) % channels === 0 && own.at(-1) === shape.at(-1) ? channels : 1;

/** Reach after an operation on one argument that mixes elements of the same channel only. */
export const channelReach = (reach: Reach, _: number, [own = []]: readonly Shape[], shape: Shape): Reach =>
  reach === 'element' ? 1 : reachOfChannel(reach, own, shape);

/** Reach after an element-wise operation on two arguments: an element that is broadcast becomes a channel. */
export function broadcastReach(reach: Reach, argument: number, shapes: readonly Shape[], shape: Shape): Reach {
  const own = shapes[argument] ?? [];
  if (reach !== 'element') return reachOfChannel(reach, own, shape);
  return sameShape(own, shape) ? 'element' : sizeOf(own);
}

/** Reach after a product with a matrix, the second argument: one element of it reaches one column of the result. */
export const matrixReach = (reach: Reach, argument: number, _: readonly Shape[], shape: Shape): Reach =>
  reach === 'element' && argument === 1 ? (shape.at(-1) ?? 1) : 1;
