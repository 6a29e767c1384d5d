import { type Kernels, type Shape, type Tensor, sizeOf } from '../../kernels/kernels.js';
import { bilinear } from './bilinear.js';
import type { DenseTangent, RuleContext, SparseTangent } from './primitive.js';
import { oneHot, perDirection, take } from './tangents.js';

/** The kernel [1, n, m] as a matrix. */
const matrixOf = (kernels: Kernels, kernel: Tensor): Tensor => kernels.reshape(kernel, kernel.shape.slice(1));

/** All axes but the last folded into rows, so that one two-dimensional product does it: backends are fast at these. */
function timesMatrix(kernels: Kernels, tensor: Tensor, matrix: Tensor): Tensor {
  const inner = matrix.shape[0] as number;
  const rows = kernels.reshape(tensor, [sizeOf(tensor.shape) / inner, inner]);
  return kernels.reshape(kernels.matMul(rows, matrix), [...tensor.shape.slice(0, -1), matrix.shape[1] as number]);
}

/** x [B, …p, n] · W₁ [D, 1, n, m] → [D, B, …p, m] as one product with the kernels side by side. */
function timesKernels(kernels: Kernels, x: Tensor, directions: Tensor): Tensor {
  const [count = 0, , n = 0, m = 0] = directions.shape;
  const sideBySide = kernels.reshape(kernels.transpose(kernels.reshape(directions, [count, n, m]), [1, 0, 2]), [
    n,
    count * m,
  ]);
  const rows = sizeOf(x.shape) / n;
  const product = kernels.matMul(kernels.reshape(x, [rows, n]), sideBySide);
  const byDirection = kernels.transpose(kernels.reshape(product, [rows, count, m]), [1, 0, 2]);
  return kernels.reshape(byDirection, [count, ...x.shape.slice(0, -1), m]);
}

/** x₁ [D, B, …p, n] · W₁ [D, 1, n, m], direction by direction. */
function eachTimesItsKernel(kernels: Kernels, x: Tensor, directions: Tensor): Tensor {
  const products = Array.from({ length: directions.shape[0] ?? 0 }, (_, d) => {
    const only = (tensor: Tensor): Tensor =>
      kernels.slice(
        tensor,
        tensor.shape.map((_, axis) => (axis === 0 ? d : 0)),
        [1, ...tensor.shape.slice(1)],
      );
    return timesMatrix(kernels, only(x), kernels.reshape(only(directions), directions.shape.slice(2)));
  });
  return kernels.concat(products, 0);
}

/** W₁ = first·e(j)e(k)ᵀ: column j of x, put into column k of the result. */
function throughOneHotKernels(context: RuleContext<object>, tangent: SparseTangent, x: Tensor): DenseTangent {
  const { kernels, shapes, shape } = context;
  const [n = 1, m = 1] = shapes[1] as Shape;
  const count = tangent.indices.length;
  const positions = sizeOf(shape) / m;
  const batch = x.shape[0] ?? 1;
  const rows = kernels.reshape(x, [batch * positions, n]);
  const fromColumns = tangent.indices.map((index) => Math.floor(index / m));
  const columns = take(kernels, rows, fromColumns, 1);
  const picked = kernels.reshape(kernels.transpose(columns, [1, 0]), [count, batch, positions, 1]);
  const hot = kernels.reshape(
    oneHot(
      kernels,
      tangent.indices.map((index) => index % m),
      m,
    ),
    [count, 1, 1, m],
  );
  const write = (part: Tensor): Tensor => {
    const coefficient = kernels.reshape(perDirection(kernels, part), [count, part.shape[0] ?? 1, 1, 1]);
    const written = kernels.multiply(kernels.multiply(picked, coefficient), hot);
    return kernels.reshape(written, [count, batch, ...shape]);
  };
  return { kind: 'dense', first: write(tangent.first), second: tangent.second && write(tangent.second) };
}

/** x₁ = first·e(j): row j of the kernel, scaled. No product is needed. */
function rowsOfKernel(context: RuleContext<object>, tangent: SparseTangent, kernel: Tensor): DenseTangent {
  const { kernels, shapes } = context;
  const [, m = 1] = shapes[1] as Shape;
  const chosen = take(kernels, matrixOf(kernels, kernel), tangent.indices, 0);
  const rows = kernels.reshape(chosen, [tangent.indices.length, 1, m]);
  const scale = (part: Tensor): Tensor => kernels.multiply(perDirection(kernels, part), rows);
  return { kind: 'dense', first: scale(tangent.first), second: tangent.second && scale(tangent.second) };
}

/** Cotangent of the kernel for each example by itself: x [B, …p, n] and c [K, B, …p, m] → [K, B, n, m]. */
function pullKernel({ kernels, shapes }: RuleContext<object>, x: Tensor, cotangent: Tensor): Tensor {
  const [n = 1, m = 1] = shapes[1] as Shape;
  const batch = x.shape[0] ?? 1;
  const positions = sizeOf(x.shape) / (batch * n);
  const [count = 1, examples = 1] = cotangent.shape;
  const left = kernels.reshape(x, [1, batch, positions, n, 1]);
  const right = kernels.reshape(cotangent, [count, examples, positions, 1, m]);
  return kernels.sum(kernels.multiply(left, right), [2]);
}

/** x [B, …p, n] · W [n, m] → [B, …p, m]; the kernel W does not vary with the batch. */
export const matMul = bilinear<object>({
  examples: [
    { attributes: {}, shapes: [[4], [4, 3]], unbatched: [1] },
    {
      attributes: {},
      shapes: [
        [2, 3],
        [3, 2],
      ],
      unbatched: [1],
    },
  ],
  shape(_, left, right) {
    const [n, m] = right as readonly [number, number];
    if (right.length !== 2 || left.at(-1) !== n) throw new RangeError(`[${left}] cannot be multiplied by [${right}]`);
    return [...left.slice(0, -1), m];
  },
  apply({ kernels, shapes: [leftShape = []] }, left, right) {
    if (right.shape.length === 3) return timesMatrix(kernels, left, matrixOf(kernels, right));
    const leftIsPrimal = left.shape.length === leftShape.length + 1;
    return leftIsPrimal ? timesKernels(kernels, left, right) : eachTimesItsKernel(kernels, left, right);
  },
  sparse(context, tangent, argument, other) {
    if (argument === 1) return throughOneHotKernels(context, tangent, other);
    return (context.shapes[0] as Shape).length === 1 ? rowsOfKernel(context, tangent, other) : null;
  },
  pull(context, other, cotangent, argument) {
    if (argument === 1) return pullKernel(context, other, cotangent);
    return timesMatrix(context.kernels, cotangent, context.kernels.transpose(matrixOf(context.kernels, other), [1, 0]));
  },
  flops: (_, left, [n = 0, m = 0]) => (2 * sizeOf(left) * m * n) / Math.max(n, 1),
});
