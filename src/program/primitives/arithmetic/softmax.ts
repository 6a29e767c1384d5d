import { type Kernels, type Tensor, sizeOf } from '../../../kernels/kernels.js';
import type { DenseTangent, Primitive, RuleContext } from '../primitive.js';
import { addParts, denseOf } from '../rules/tangents.js';

/** Sum over the last axis, which stays with size 1. */
function sumLast(kernels: Kernels, tensor: Tensor): Tensor {
  return kernels.reshape(kernels.sum(tensor, [tensor.shape.length - 1]), [...tensor.shape.slice(0, -1), 1]);
}

/** Softmax of each row in float64, or its logarithm, which stays finite where the softmax itself underflows. */
function softmaxOf(kernels: Kernels, primal: Tensor, log: boolean): Tensor {
  const size = primal.shape.at(-1)!;
  const values = Float64Array.from(kernels.read(primal));
  for (let row = 0; row < values.length; row += size) {
    const block = values.subarray(row, row + size);
    const largest = block.reduce((a, b) => Math.max(a, b), -Infinity);
    const total = block.reduce((sum, x) => sum + Math.exp(x - largest), 0);
    block.forEach((x, k) => (block[k] = log ? x - largest - Math.log(total) : Math.exp(x - largest) / total));
  }
  return kernels.tensor(values, primal.shape);
}

export interface SoftmaxAttributes {
  /** Whether the result is log p instead of p. */
  readonly log: boolean;
}

const probabilities = ({ kernels, once }: RuleContext<SoftmaxAttributes>, primal: Tensor): Tensor =>
  once('p', () => softmaxOf(kernels, primal, false));

/** A zero second derivative, for sums that would otherwise keep size 1 along the last axis. */
const zeros = ({ kernels, shape }: RuleContext<SoftmaxAttributes>): Tensor => kernels.fill([1, 1, ...shape], 0);

/**
 * p = softmax(x) over the last axis, or log p, inside a network (at the output it belongs to the likelihood).
 * With d = x₁ − Σ p x₁ and e = x₂ − Σ p x₂ − Σ p d²: (log p)₁ = d, (log p)₂ = e, p₁ = p·d, p₂ = p·(d² + e).
 */
export const softmax: Primitive<SoftmaxAttributes> = {
  examples: [
    { attributes: { log: false }, shapes: [[4]] },
    { attributes: { log: false }, shapes: [[2, 3]] },
    { attributes: { log: true }, shapes: [[4]] },
    { attributes: { log: true }, shapes: [[2, 3]] },
  ],
  derivativesRead: 'all',
  shape: (_, [shape = []]) => shape,
  evaluate: ({ kernels, attributes: { log } }, [primal]) => softmaxOf(kernels, primal!, log),
  push(context, [jet]): DenseTangent {
    const { kernels, attributes, order } = context;
    const { first, second } = denseOf(context, jet!)!;
    const p = probabilities(context, jet!.primal);
    const less = (tensor: Tensor | null, share: Tensor): Tensor =>
      kernels.add(tensor ?? zeros(context), kernels.affine(share, -1, 0));
    const mean = (tensor: Tensor): Tensor => sumLast(kernels, kernels.multiply(tensor, p));
    const times = (tensor: Tensor): Tensor => (attributes.log ? tensor : kernels.multiply(tensor, p));
    const deviation = less(first, mean(first));
    if (order === 1) return { kind: 'dense', first: times(deviation), second: null };
    const square = kernels.multiply(deviation, deviation);
    const bent = addParts(kernels, square, second)!;
    const own = attributes.log ? second : bent;
    return { kind: 'dense', first: times(deviation), second: times(less(own, mean(bent))) };
  },
  pull(context, [primal], cotangent) {
    const { kernels, attributes } = context;
    const p = probabilities(context, primal!);
    const weighted = attributes.log ? cotangent : kernels.multiply(cotangent, p);
    return kernels.add(weighted, kernels.multiply(kernels.affine(sumLast(kernels, weighted), -1, 0), p));
  },
  bend: () => ({ curved: true, kinked: false }),
  flops: (_, [shape = []]) => 6 * sizeOf(shape),
};
