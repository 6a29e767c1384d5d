import { type Kernels, type Shape, type Tensor, sizeOf } from '../../kernels/kernels.js';
import type { DenseTangent, Jet, RuleContext, SparseTangent, Tangent } from './primitive.js';

/** The two derivatives through one map that is linear in them. */
export function mapTangent(tangent: DenseTangent, f: (part: Tensor) => Tensor): DenseTangent;
export function mapTangent(tangent: SparseTangent, f: (part: Tensor) => Tensor): SparseTangent;
export function mapTangent(tangent: Tangent, f: (part: Tensor) => Tensor): Tangent {
  return { ...tangent, first: f(tangent.first), second: tangent.second && f(tangent.second) };
}

/** One row per direction, 1 at its element: [D, n]. */
export function oneHot(kernels: Kernels, indices: readonly number[], size: number): Tensor {
  const rows = new Float32Array(indices.length * size);
  indices.forEach((index, row) => (rows[row * size + index] = 1));
  return kernels.tensor(rows, [indices.length, size]);
}

/** [B, D] → [D, B, 1]: the coefficients of a sparse tangent, ready to be multiplied by a row for each direction. */
export function perDirection(kernels: Kernels, coefficients: Tensor): Tensor {
  const [batch = 1, directions = 1] = coefficients.shape;
  return kernels.reshape(kernels.transpose(coefficients, [1, 0]), [directions, batch, 1]);
}

/** x₁[d, b] = first[b, d]·e(d), written out. */
export function densify(kernels: Kernels, tangent: Tangent, shape: Shape): DenseTangent {
  if (tangent.kind === 'dense') return tangent;
  const { indices } = tangent;
  const size = sizeOf(shape);
  const hot = kernels.reshape(oneHot(kernels, indices, size), [indices.length, 1, size]);
  const write = (part: Tensor): Tensor =>
    kernels.reshape(kernels.multiply(perDirection(kernels, part), hot), [indices.length, part.shape[0] ?? 1, ...shape]);
  return { kind: 'dense', first: write(tangent.first), second: tangent.second && write(tangent.second) };
}

export const denseOf = (context: RuleContext<object>, jet: Jet): DenseTangent | null =>
  jet.tangent && densify(context.kernels, jet.tangent, jet.shape);

export function addParts(kernels: Kernels, ...parts: readonly (Tensor | null)[]): Tensor | null {
  return parts.reduce<Tensor | null>((sum, part) => (sum && part ? kernels.add(sum, part) : (sum ?? part)), null);
}

/** Elements of a primal at the directions of a sparse tangent: [B, …s] → [B, D]. */
export function atIndices(kernels: Kernels, primal: Tensor, indices: readonly number[]): Tensor {
  const batch = primal.shape[0] ?? 1;
  const flat = kernels.reshape(primal, [batch, sizeOf(primal.shape.slice(1))]);
  return take(kernels, flat, indices, 1);
}

/** Positions along one axis; a slice where they are consecutive, which is most of the time. */
export function take(kernels: Kernels, tensor: Tensor, indices: readonly number[], axis: number): Tensor {
  const [begin = 0] = indices;
  if (!indices.every((index, k) => index === begin + k)) return kernels.gather(tensor, indices, axis);
  if (indices.length === tensor.shape[axis]) return tensor;
  const from = tensor.shape.map((_, k) => (k === axis ? begin : 0));
  return kernels.slice(tensor, from, tensor.shape.with(axis, indices.length));
}

/** Sums a cotangent [K, B, …broadcast shape] over the axes along which an argument of `shape` was broadcast. */
export function unbroadcast(kernels: Kernels, cotangent: Tensor, shape: Shape): Tensor {
  const axes = shape.flatMap((size, axis) => (size === 1 && cotangent.shape[axis + 2] !== 1 ? [axis + 2] : []));
  return kernels.reshape(kernels.sum(cotangent, axes), [...cotangent.shape.slice(0, 2), ...shape]);
}
