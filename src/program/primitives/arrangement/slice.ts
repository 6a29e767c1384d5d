import { type Shape, sizeOf } from '../../../kernels/kernels.js';
import { linear } from '../rules/linear.js';
import type { Primitive, SparseTangent } from '../primitive.js';
import { reachOfChannel } from '../rules/reach.js';
import { mapTangent } from '../rules/tangents.js';

export interface SliceAttributes {
  readonly axis: number;
  readonly begin: number;
  readonly size: number;
}

const part = linear<SliceAttributes>({
  examples: [
    { attributes: { axis: 0, begin: 1, size: 2 }, shapes: [[4]] },
    { attributes: { axis: 1, begin: 0, size: 1 }, shapes: [[2, 3]] },
    { attributes: { axis: 1, begin: 1, size: 2 }, shapes: [[2, 4, 2]] },
  ],
  rearranges: true,
  keepsActivation: true,
  reach: (reach, _, [own = []], shape) => (reach === 'element' ? reach : reachOfChannel(reach, own, shape)),
  shape({ axis, begin, size }, shape) {
    if (begin + size > (shape[axis] ?? 0)) throw new RangeError(`[${shape}] has no ${size} from ${begin} on`);
    return shape.with(axis, size);
  },
  apply: (kernels, { axis, begin, size }, tensor, _, lead) =>
    kernels.slice(
      tensor,
      tensor.shape.map((_, k) => (k === axis + lead ? begin : 0)),
      tensor.shape.with(axis + lead, size),
    ),
  channelwise: ({ axis }, shape) => axis < shape.length - 1,
  transposed(kernels, { axis, begin, size }, cotangent, shape) {
    const zeros = (count: number) => kernels.fill(cotangent.shape.with(axis + 2, count), 0);
    const after = (shape[axis] ?? 0) - begin - size;
    const all = [...(begin > 0 ? [zeros(begin)] : []), cotangent, ...(after > 0 ? [zeros(after)] : [])];
    return kernels.concat(all, axis + 2);
  },
});

/** Positions of elements of `shape` within the slice; −1 for those outside. */
function placesOf({ indices }: SparseTangent, { axis, begin, size }: SliceAttributes, shape: Shape): number[] {
  const inner = sizeOf(shape.slice(axis + 1));
  const whole = shape[axis]!;
  return indices.map((index) => {
    const at = (Math.floor(index / inner) % whole) - begin;
    if (at < 0 || at >= size) return -1;
    return (Math.floor(index / (inner * whole)) * size + at) * inner + (index % inner);
  });
}

/**
 * Consecutive positions along one axis, such as one gate of several or one step of a sequence. Tangents of one element
 * each remain so; those of elements outside the slice become zero.
 */
export const slice: Primitive<SliceAttributes> = {
  ...part,
  push(context, jets) {
    const { kernels, attributes, shapes } = context;
    const tangent = jets[0]?.tangent;
    if (tangent?.kind !== 'sparse') return part.push(context, jets);
    const places = placesOf(tangent, attributes, shapes[0]!);
    const kept = { ...tangent, indices: places.map((place) => Math.max(place, 0)) };
    if (!places.includes(-1)) return kept;
    const inside = kernels.tensor(
      places.map((place) => Number(place >= 0)),
      [1, places.length],
    );
    return mapTangent(kept, (one) => kernels.multiply(one, inside));
  },
};
