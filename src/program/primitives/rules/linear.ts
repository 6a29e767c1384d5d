import { type Kernels, type Shape, type Tensor, sizeOf } from '../../../kernels/kernels.js';
import { type Primitive, type PrimitiveFacts, type Tangent, straight } from '../primitive.js';
import { channelShape, densify, mapTangent } from './tangents.js';

interface LinearRules<Attributes> extends PrimitiveFacts<Attributes> {
  shape(attributes: Attributes, shape: Shape): Shape;
  /** The map on a tensor with `lead` axes before those of `shape`. */
  apply(kernels: Kernels, attributes: Attributes, tensor: Tensor, shape: Shape, lead: number): Tensor;
  /** Its transpose on a cotangent [K, B, …result shape]; `shape` is the argument's. */
  transposed(kernels: Kernels, attributes: Attributes, cotangent: Tensor, shape: Shape): Tensor;
  /** The map on some of the elements, if it treats each element by itself and keeps its place. */
  elements?(kernels: Kernels, attributes: Attributes, part: Tensor): Tensor;
  /** Whether the map treats all positions along the last axis alike, and each by itself. */
  channelwise?(attributes: Attributes, shape: Shape): boolean;
  flops?(attributes: Attributes, shape: Shape): number;
}

/** A linear map of one value. The map itself applies to both derivatives. */
export function linear<Attributes extends object>(rules: LinearRules<Attributes>): Primitive<Attributes> {
  return {
    ...rules,
    derivativesRead: 'nothing',
    shape: (attributes, [shape = []]) => rules.shape(attributes, shape),
    evaluate: ({ kernels, attributes, shapes: [shape = []] }, [primal]) =>
      rules.apply(kernels, attributes, primal!, shape, 1),
    push: ({ kernels, attributes, shapes: [shape = []] }, [jet]) =>
      push(rules, kernels, attributes, jet!.tangent!, shape),
    pull: ({ kernels, attributes, shapes: [shape = []] }, _, cotangent) =>
      rules.transposed(kernels, attributes, cotangent, shape),
    bend: () => straight,
    flops: (attributes, [shape = []]) => rules.flops?.(attributes, shape) ?? 0,
  };
}

function push<Attributes>(
  { elements, channelwise, apply }: LinearRules<Attributes>,
  kernels: Kernels,
  attributes: Attributes,
  tangent: Tangent,
  shape: Shape,
): Tangent {
  if (elements && tangent.kind !== 'dense') return mapTangent(tangent, (part) => elements(kernels, attributes, part));
  const own =
    tangent.kind === 'channel' && channelwise?.(attributes, shape) ? channelShape(shape, tangent.period) : null;
  if (own === null) {
    return mapTangent(densify(kernels, tangent, shape), (part) => apply(kernels, attributes, part, shape, 2));
  }
  return mapTangent(tangent, (part) => {
    const lead = part.shape.slice(0, 2);
    const result = apply(kernels, attributes, kernels.reshape(part, [...lead, ...own]), own, 2);
    return kernels.reshape(result, [...lead, sizeOf(result.shape.slice(2))]);
  });
}
