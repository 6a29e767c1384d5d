import { type Kernels, type Tensor, sizeOf } from '../../../kernels/kernels.js';
import { bilinear } from '../rules/bilinear.js';
import { matrixReach } from '../rules/reach.js';
import type { ChannelTangent, DenseTangent, RuleContext, SparseTangent } from '../primitive.js';
import { atChannels, densify, oneHot, perDirection, take } from '../rules/tangents.js';

/** The kernel [1, n, m] as a matrix. */
const matrixOf = (kernels: Kernels, kernel: Tensor): Tensor => kernels.reshape(kernel, kernel.shape.slice(1));

/** One two-dimensional product, with all axes but the last folded into rows: backends are fast at these. */
function timesMatrix(kernels: Kernels, tensor: Tensor, matrix: Tensor): Tensor {
  const inner = matrix.shape[0]!;
  const rows = kernels.reshape(tensor, [sizeOf(tensor.shape) / inner, inner]);
  return kernels.reshape(kernels.matMul(rows, matrix), [...tensor.shape.slice(0, -1), matrix.shape[1]!]);
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

/** Row j of W₁ = first·e(j)e(k)ᵀ, and its column k. */
const rowOf = (index: number, m: number): number => Math.floor(index / m);
const columnOf = (index: number, m: number): number => index % m;

/** W₁ = first·e(j)e(k)ᵀ: column j of x, put into column k of the result. */
function throughOneHotKernels(context: RuleContext<object>, tangent: SparseTangent, x: Tensor): ChannelTangent {
  const { kernels, shapes } = context;
  const [n = 1, m = 1] = shapes[1]!;
  const from = { period: n, channels: tangent.indices.map((index) => rowOf(index, m)) };
  const columns = atChannels(context, 'x', x, from);
  const write = (part: Tensor): Tensor => kernels.multiply(columns, perDirection(kernels, part));
  return {
    kind: 'channel',
    period: m,
    channels: tangent.indices.map((index) => columnOf(index, m)),
    first: write(tangent.first),
    second: tangent.second && write(tangent.second),
  };
}

/** x₁W₁ for x₁ [D, B, …p, n] and W₁ = first·e(j)e(k)ᵀ: each direction's column j of x₁, put into column k. */
function throughOneHotKernelsEach(context: RuleContext<object>, x: Tensor, tangent: SparseTangent): Tensor {
  const { kernels, shapes, shape } = context;
  const [n = 1, m = 1] = shapes[1]!;
  const { indices } = tangent;
  const [count = 1, batch = 1] = x.shape;
  const hot = kernels.reshape(
    oneHot(
      kernels,
      indices.map((index) => rowOf(index, m)),
      n,
    ),
    [count, 1, 1, n],
  );
  const rows = kernels.reshape(x, [count, batch, sizeOf(shape) / m, n]);
  const columns = kernels.sum(kernels.multiply(rows, hot), [3]);
  const first = kernels.multiply(columns, perDirection(kernels, tangent.first));
  const channels = indices.map((index) => columnOf(index, m));
  return densify(kernels, { kind: 'channel', period: m, channels, first, second: null }, shape).first;
}

/** x₁ = first·e(j): row j of the kernel, scaled, without a product. */
function rowsOfKernel(context: RuleContext<object>, tangent: SparseTangent, kernel: Tensor): DenseTangent {
  const { kernels, shapes } = context;
  const [, m = 1] = shapes[1]!;
  const chosen = take(kernels, matrixOf(kernels, kernel), tangent.indices, 0);
  const rows = kernels.reshape(chosen, [tangent.indices.length, 1, m]);
  const scale = (part: Tensor): Tensor => kernels.multiply(perDirection(kernels, part), rows);
  return { kind: 'dense', first: scale(tangent.first), second: tangent.second && scale(tangent.second) };
}

/** Runs of equal numbers: where each begins, and where the last one ends. */
const runsOf = (numbers: readonly number[]): number[] => [
  ...numbers.flatMap((number, k) => (number === numbers[k - 1] ? [] : [k])),
  numbers.length,
];

/** x₁ in one channel for each direction: uses these rows of the kernel alone, in one product for each channel. */
function channelsTimesKernel(
  context: RuleContext<object>,
  tangent: ChannelTangent,
  kernel: Tensor,
): DenseTangent | null {
  const { kernels, shapes, shape } = context;
  const [n = 1, m = 1] = shapes[1]!;
  const { period, channels } = tangent;
  if (n % period !== 0) return null;
  const byPeriod = kernels.reshape(kernel, [n / period, period, m]);
  const runs = runsOf(channels);
  const product = (part: Tensor): Tensor => {
    const [, batch = 1, size = 1] = part.shape;
    const products = runs.slice(1).map((end, k) => {
      const begin = runs[k]!;
      const own = kernels.slice(part, [begin, 0, 0], [end - begin, batch, size]);
      const rows = kernels.reshape(own, [(sizeOf(own.shape) * period) / n, n / period]);
      const matrix = kernels.reshape(take(kernels, byPeriod, [channels[begin]!], 1), [n / period, m]);
      return kernels.reshape(kernels.matMul(rows, matrix), [end - begin, batch, ...shape]);
    });
    return products.length === 1 ? products[0]! : kernels.concat(products, 0);
  };
  return { kind: 'dense', first: product(tangent.first), second: tangent.second && product(tangent.second) };
}

/** With fewer positions than this, a product for each example is not worth its call. */
const FEW_POSITIONS = 8;

/** Cotangent of the kernel for each example by itself: x [B, …p, n] and c [K, B, …p, m] → [K, B, n, m]. */
function pullKernel(context: RuleContext<object>, x: Tensor, cotangent: Tensor): Tensor {
  const { kernels, shapes } = context;
  const [n = 1, m = 1] = shapes[1]!;
  const batch = x.shape[0] ?? 1;
  const positions = sizeOf(x.shape) / (batch * n);
  const [count = 1, examples = 1] = cotangent.shape;
  if (positions >= FEW_POSITIONS) return pullKernelByProducts(context, x, cotangent, positions);
  const left = kernels.reshape(x, [1, batch, positions, n, 1]);
  const right = kernels.reshape(cotangent, [count, examples, positions, 1, m]);
  return kernels.sum(kernels.multiply(left, right), [2]);
}

/** The same as one product [n, p]·[p, K·m] for each example. */
function pullKernelByProducts(
  { kernels, shapes, once }: RuleContext<object>,
  x: Tensor,
  cotangent: Tensor,
  positions: number,
): Tensor {
  const [n = 1, m = 1] = shapes[1]!;
  const batch = x.shape[0] ?? 1;
  const [count = 1, examples = 1] = cotangent.shape;
  const left = once('examples transposed', () =>
    kernels.transpose(kernels.reshape(x, [batch, positions, n]), [0, 2, 1]),
  );
  const shaped = kernels.reshape(cotangent, [count, examples, positions, m]);
  const right = kernels.transpose(shaped, [1, 2, 0, 3]);
  const products = Array.from({ length: examples }, (_, b) => {
    const own = kernels.slice(left, [batch === 1 ? 0 : b, 0, 0], [1, n, positions]);
    const columns = kernels.slice(right, [b, 0, 0, 0], [1, positions, count, m]);
    const product = kernels.matMul(
      kernels.reshape(own, [n, positions]),
      kernels.reshape(columns, [positions, count * m]),
    );
    return kernels.reshape(product, [1, n, count, m]);
  });
  return kernels.transpose(kernels.concat(products, 0), [2, 0, 1, 3]);
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
    {
      attributes: {},
      shapes: [
        [3, 3, 4],
        [4, 3],
      ],
      unbatched: [1],
    },
  ],
  reach: matrixReach,
  parameterEntry: (argument, _, shape) => (argument === 1 && shape.length === 1 ? { kind: 'outer', factor: 0 } : null),
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
  structured(context, tangent, argument, other) {
    if (tangent.kind === 'channel') return argument === 0 ? channelsTimesKernel(context, tangent, other) : null;
    if (argument === 1) return throughOneHotKernels(context, tangent, other);
    return context.shapes[0]!.length === 1 ? rowsOfKernel(context, tangent, other) : null;
  },
  mixed: (context, left, right) =>
    left.kind === 'dense' && right.kind === 'sparse' ? throughOneHotKernelsEach(context, left.first, right) : null,
  pull(context, other, cotangent, argument) {
    if (argument === 1) return pullKernel(context, other, cotangent);
    const { kernels, once } = context;
    const transposed = once('kernel transposed', () => kernels.transpose(matrixOf(kernels, other), [1, 0]));
    return timesMatrix(kernels, cotangent, transposed);
  },
  flops: (_, left, [n = 0, m = 0]) => (2 * sizeOf(left) * m * n) / Math.max(n, 1),
});
