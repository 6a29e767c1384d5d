import { type Kernels, type Shape, type Tensor, sizeOf } from '../../../kernels/kernels.js';
import type { ChannelTangent, DenseTangent, Jet, RuleContext, SparseTangent, Tangent } from '../primitive.js';

/** Applies a linear map to both derivatives. It must keep the elements that the tangent stores in their places. */
export function mapTangent<Kind extends Tangent>(tangent: Kind, f: (part: Tensor) => Tensor): Kind {
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

/** A dense tangent with the same elements, zeros included. */
export function densify(kernels: Kernels, tangent: Tangent, shape: Shape): DenseTangent {
  if (tangent.kind === 'dense') return tangent;
  const size = sizeOf(shape);
  const [indices, period] = tangent.kind === 'sparse' ? [tangent.indices, size] : [tangent.channels, tangent.period];
  const hot = kernels.reshape(oneHot(kernels, indices, period), [indices.length, 1, 1, period]);
  const write = (part: Tensor): Tensor => {
    const own = tangent.kind === 'sparse' ? perDirection(kernels, part) : part;
    const [directions = 1, batch = 1] = own.shape;
    const column = kernels.reshape(own, [directions, batch, size / period, 1]);
    return kernels.reshape(kernels.multiply(column, hot), [directions, batch, ...shape]);
  };
  return { kind: 'dense', first: write(tangent.first), second: tangent.second && write(tangent.second) };
}

export const denseOf = (context: RuleContext<object>, jet: Jet): DenseTangent | null =>
  jet.tangent && densify(context.kernels, jet.tangent, jet.shape);

export function addParts(kernels: Kernels, ...parts: readonly (Tensor | null)[]): Tensor | null {
  return parts.reduce<Tensor | null>((sum, part) => (sum && part ? kernels.add(sum, part) : (sum ?? part)), null);
}

/** Elements of a primal at the directions of a sparse tangent: [B, …s] → [B, D]. */
function atIndices(kernels: Kernels, primal: Tensor, indices: readonly number[]): Tensor {
  const batch = primal.shape[0] ?? 1;
  const flat = kernels.reshape(primal, [batch, sizeOf(primal.shape.slice(1))]);
  return take(kernels, flat, indices, 1);
}

/**
 * Elements of a primal [B, …s] in one channel for each direction: [D, B, size/period], or [1, B, size/period] where that
 * is the same channel for all. The primal by channels is kept under `key`.
 */
export function atChannels(
  { kernels, once }: Pick<RuleContext<object>, 'kernels' | 'once'>,
  key: string,
  primal: Tensor,
  { period, channels }: Pick<ChannelTangent, 'period' | 'channels'>,
): Tensor {
  const batch = primal.shape[0] ?? 1;
  const rows = sizeOf(primal.shape) / period;
  const byChannel = once(`${key} by channel ${period}`, () =>
    kernels.reshape(kernels.transpose(kernels.reshape(primal, [rows, period]), [1, 0]), [period, batch, rows / batch]),
  );
  const [first = 0] = channels;
  return take(kernels, byChannel, channels.every((channel) => channel === first) ? [first] : channels, 0);
}

/** Elements of a primal [B, …s] where a tangent of the same shape may be non-zero, in a shape to multiply it with. */
export function alongside(
  context: Pick<RuleContext<object>, 'kernels' | 'once'>,
  key: string,
  primal: Tensor,
  tangent: Tangent,
): Tensor {
  if (tangent.kind === 'dense') return primal;
  if (tangent.kind === 'channel') return atChannels(context, key, primal, tangent);
  return atIndices(context.kernels, primal, tangent.indices);
}

/** Shape of a channel tangent's elements among the axes of the value, if the last of them holds whole periods. */
export function channelShape(shape: Shape, period: number): number[] | null {
  const last = shape.at(-1) ?? 1;
  return last % period === 0 ? shape.with(-1, last / period) : null;
}

/** Elements of a value of `own` shape, if broadcasting it to `shape` only repeats it as a whole; else null. */
export function periodOf(own: Shape, shape: Shape): number | null {
  const differs = own.findLastIndex((size, axis) => size !== shape[axis]);
  return own.slice(0, differs + 1).every((size) => size === 1) ? sizeOf(own) : null;
}

/** A sparse tangent of a value that is repeated with a period: each element becomes a channel, times `rows` [D, B, n]. */
export function repeated(kernels: Kernels, tangent: SparseTangent, period: number, rows: Tensor): ChannelTangent {
  const times = (part: Tensor): Tensor => kernels.multiply(perDirection(kernels, part), rows);
  const { indices, first, second } = tangent;
  return { kind: 'channel', period, channels: indices, first: times(first), second: second && times(second) };
}

/** Positions along one axis; by the faster slice where they are consecutive, as they mostly are. */
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
