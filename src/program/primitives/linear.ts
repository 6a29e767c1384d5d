import type { Kernels, Shape, Tensor } from '../../kernels/kernels.js';
import { type Primitive, type PrimitiveExample, type SparseTangent, straight } from './primitive.js';
import { densify, mapTangent } from './tangents.js';

interface LinearRules<Attributes> {
  readonly examples: readonly PrimitiveExample<Attributes>[];
  shape(attributes: Attributes, shape: Shape): Shape;
  /** The map on a tensor with `lead` axes before those of `shape`. */
  apply(kernels: Kernels, attributes: Attributes, tensor: Tensor, shape: Shape, lead: number): Tensor;
  /** Its transpose on a cotangent [K, B, …result shape]; `shape` is the argument's. */
  transposed(kernels: Kernels, attributes: Attributes, cotangent: Tensor, shape: Shape): Tensor;
  /** The map on a sparse tangent where the result is sparse too; null where it is not. */
  sparse?(attributes: Attributes, tangent: SparseTangent, shape: Shape): SparseTangent | null;
  flops?(attributes: Attributes, shape: Shape): number;
}

/** A linear map of one value: both derivatives go through the map itself. */
export function linear<Attributes extends object>(rules: LinearRules<Attributes>): Primitive<Attributes> {
  return {
    examples: rules.examples,
    shape: (attributes, [shape = []]) => rules.shape(attributes, shape),
    evaluate: ({ kernels, attributes, shapes: [shape = []] }, [primal]) =>
      rules.apply(kernels, attributes, primal as Tensor, shape, 1),
    push({ kernels, attributes, shapes: [shape = []] }, [jet]) {
      const tangent = jet?.tangent;
      if (!tangent) throw new Error('no tangent to push');
      const sparse = tangent.kind === 'sparse' ? rules.sparse?.(attributes, tangent, shape) : null;
      if (sparse) return sparse;
      const dense = densify(kernels, tangent, shape);
      return mapTangent(dense, (part) => rules.apply(kernels, attributes, part, shape, 2));
    },
    pull: ({ kernels, attributes, shapes: [shape = []] }, _, cotangent) =>
      rules.transposed(kernels, attributes, cotangent, shape),
    bend: () => straight,
    flops: (attributes, [shape = []]) => rules.flops?.(attributes, shape) ?? 0,
  };
}
