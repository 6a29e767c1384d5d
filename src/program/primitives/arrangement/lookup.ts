import { type Kernels, type Tensor, type Values, sizeOf } from '../../../kernels/kernels.js';
import type { ChannelTangent, Jet, Primitive, RuleContext, SparseTangent, Tangent } from '../primitive.js';
import { straight } from '../primitive.js';
import { matrixReach } from '../rules/reach.js';
import { densify, mapTangent } from '../rules/tangents.js';

/** Integers up to here are exact in float32. */
const MAX_ROWS = 2 ** 24;

const zeros = ({ bytesPerElement }: Kernels, size: number): Values =>
  bytesPerElement === 4 ? new Float32Array(size) : new Float64Array(size);

const tableShape = ({ shapes }: RuleContext<object>): [number, number] => shapes[1] as [number, number];

/** Rows of a table along `axis` of `tensor`, one for each index: [L, V, C] → [L, B, …s, C]. */
function rowsOf({ kernels, shape }: RuleContext<object>, tensor: Tensor, indices: Tensor): Tensor {
  const taken = kernels.gather(tensor, kernels.read(indices), 1);
  return kernels.reshape(taken, [taken.shape[0] ?? 1, indices.shape[0] ?? 1, ...shape]);
}

/** Directions of one table element each. Its column becomes a channel, which is non-zero where its row is looked up. */
function columnsOf(context: RuleContext<object>, { indices, ...parts }: SparseTangent, at: Tensor): ChannelTangent {
  const { kernels } = context;
  const [, width] = tableShape(context);
  const rows = kernels.read(at);
  const batch = at.shape[0] ?? 1;
  const write = (part: Tensor): Tensor => {
    const coefficients = kernels.read(part);
    const values = zeros(kernels, indices.length * rows.length);
    indices.forEach((index, d) => {
      const row = Math.floor(index / width);
      rows.forEach((looked, position) => {
        if (looked === row) values[d * rows.length + position] = coefficients[d]!;
      });
    });
    return kernels.tensor(values, [indices.length, batch, rows.length / batch]);
  };
  return {
    kind: 'channel',
    period: width,
    channels: indices.map((index) => index % width),
    first: write(parts.first),
    second: parts.second && write(parts.second),
  };
}

/** Cotangent of the table, for each example by itself: the sum over all look-ups of the same row. */
function addedUp(context: RuleContext<object>, indices: Tensor, cotangent: Tensor): Tensor {
  const { kernels, shapes } = context;
  const [size, width] = tableShape(context);
  const [count = 1, batch = 1] = cotangent.shape;
  const positions = sizeOf(shapes[0]!);
  const rows = kernels.read(indices);
  const from = kernels.read(cotangent);
  const sums = zeros(kernels, count * batch * size * width);
  for (let at = 0; at < count * batch * positions; at++) {
    const example = Math.floor(at / positions);
    const to = example * size + rows[at % rows.length]!;
    for (let column = 0; column < width; column++) {
      const k = to * width + column;
      sums[k]! += from[at * width + column]!;
    }
  }
  return kernels.tensor(sums, [count, batch, size, width]);
}

/**
 * Rows of a table by their numbers: indices [B, …s] and table [V, C] → [B, …s, C]. The table does not vary with the
 * batch. Indices are integers from 0 to V − 1, checked when data are read. They have no derivatives.
 */
export const lookup: Primitive<object> = {
  examples: [
    { attributes: {}, shapes: [[4], [3, 2]], unbatched: [1], integers: { 0: 3 } },
    {
      attributes: {},
      shapes: [
        [2, 3],
        [5, 1],
      ],
      unbatched: [1],
      integers: { 0: 5 },
    },
  ],
  reach: matrixReach,
  derivativesRead: 'others',
  shape(_, [indices = [], table = []]) {
    const [size = 0, width] = table;
    if (width === undefined || table.length !== 2) throw new RangeError(`a table of shape [${table}] has no rows`);
    if (size > MAX_ROWS) throw new RangeError(`a table of ${size} rows exceeds ${MAX_ROWS}`);
    return [...indices, width];
  },
  evaluate(context, [indices, table]) {
    const rows = rowsOf(context, table!, indices!);
    return context.kernels.reshape(rows, rows.shape.slice(1));
  },
  push(context, jets): Tangent {
    const [indices, table] = jets as readonly [Jet, Jet];
    const { tangent, shape } = table;
    if (!tangent) throw new Error('indices have no tangent');
    if (tangent.kind === 'sparse') return columnsOf(context, tangent, indices.primal);
    return mapTangent(densify(context.kernels, tangent, shape), (part) =>
      rowsOf(context, context.kernels.reshape(part, [part.shape[0] ?? 1, ...tableShape(context)]), indices.primal),
    );
  },
  pull: (context, [indices], cotangent, argument) =>
    argument === 1
      ? addedUp(context, indices!, cotangent)
      : context.kernels.fill([...cotangent.shape.slice(0, 2), ...context.shapes[0]!], 0),
  bend: () => straight,
  flops: (_, [indices = [], [, width = 1] = []]) => sizeOf(indices) * width,
};
