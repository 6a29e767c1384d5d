import { type Kernels, type Shape, type Tensor, broadcastShape, sameShape, sizeOf } from './kernels.js';

/** Plain loops in double precision: the oracle of the tests and `--precision float64`. */
interface Array64 extends Tensor {
  readonly data: Float64Array;
}

const inside = (tensor: Tensor): Float64Array => (tensor as Array64).data;
const make = (data: Float64Array, shape: Shape): Array64 => ({ data, shape });

/** Row-major strides; 0 along axes of size 1, so that broadcasting needs no special case. */
function stridesOf(shape: Shape, rank: number): number[] {
  const strides = new Array<number>(rank).fill(0);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    strides[axis + rank - shape.length] = size === 1 ? 0 : stride;
    stride *= size;
  }
  return strides;
}

/** Calls visit once for each row along the last axis of `shape`, in row-major order, with its offset in every stride list. */
function eachRow(
  shape: Shape,
  strides: readonly (readonly number[])[],
  visit: (offsets: readonly number[]) => void,
): void {
  const outer = shape.slice(0, -1);
  const index = outer.map(() => 0);
  const offsets = strides.map(() => 0);
  for (let count = sizeOf(outer); count > 0; count--) {
    visit(offsets);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const size = outer[axis]!;
      const wraps = (index[axis]! += 1) === size;
      strides.forEach((list, k) => (offsets[k]! += list[axis]! * (wraps ? 1 - size : 1)));
      if (!wraps) break;
      index[axis] = 0;
    }
  }
}

const lastOf = (list: readonly number[], otherwise: number): number => list.at(-1) ?? otherwise;

function combine(left: Tensor, right: Tensor, f: (a: number, b: number) => number): Tensor {
  const a = inside(left);
  const b = inside(right);
  const shape = broadcastShape(left.shape, right.shape);
  const data = new Float64Array(sizeOf(shape));
  if (sameShape(left.shape, right.shape)) {
    for (let i = 0; i < data.length; i++) data[i] = f(a[i]!, b[i]!);
  } else {
    let i = 0;
    const strides = [stridesOf(left.shape, shape.length), stridesOf(right.shape, shape.length)];
    const [length, dp, dq] = [lastOf(shape, 1), lastOf(strides[0]!, 0), lastOf(strides[1]!, 0)];
    eachRow(shape, strides, ([p, q]) => {
      for (let k = 0; k < length; k++) data[i++] = f(a[p! + k * dp]!, b[q! + k * dq]!);
    });
  }
  return make(data, shape);
}

/** The elements that `strides` reach from `offset`, as a new tensor. */
function view(tensor: Tensor, shape: Shape, strides: readonly number[], offset = 0): Tensor {
  const source = inside(tensor);
  const data = new Float64Array(sizeOf(shape));
  let i = 0;
  const [length, step] = [lastOf(shape, 1), lastOf(strides, 0)];
  eachRow(shape, [strides], ([p]) => {
    for (let k = 0; k < length; k++) data[i++] = source[p! + offset + k * step]!;
  });
  return make(data, shape);
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

export const float64: Kernels = {
  name: 'float64',
  bytesPerElement: 8,
  tensor: (values, shape) => make(new Float64Array(values), shape),
  fill: (shape, value) => make(new Float64Array(sizeOf(shape)).fill(value), shape),
  read: inside,

  matMul(left, right) {
    const [rows = 0, inner = 0] = left.shape;
    const columns = right.shape[1] ?? 0;
    const a = inside(left);
    const b = inside(right);
    const data = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < inner; k++) {
        const factor = a[row * inner + k]!;
        if (factor === 0) continue;
        for (let column = 0, i = row * columns, j = k * columns; column < columns; column++, i++, j++) {
          data[i]! += factor * b[j]!;
        }
      }
    }
    return make(data, [rows, columns]);
  },

  add: (left, right) => combine(left, right, (a, b) => a + b),
  multiply: (left, right) => combine(left, right, (a, b) => a * b),
  affine: (tensor, factor, offset) => float64.map(tensor, (x) => factor * x + offset),
  map: (tensor, f) => make(inside(tensor).map(f), tensor.shape),

  sum(tensor, axes) {
    const kept = tensor.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const source = inside(tensor);
    const data = new Float64Array(sizeOf(kept));
    const strides = stridesOf(kept, kept.length);
    let i = 0;
    const [length, step] = [lastOf(tensor.shape, 1), lastOf(strides, 0)];
    eachRow(tensor.shape, [strides], ([p]) => {
      for (let k = 0; k < length; k++) data[p! + k * step]! += source[i++]!;
    });
    return make(
      data,
      tensor.shape.filter((_, axis) => !axes.includes(axis)),
    );
  },

  reshape: (tensor, shape) => make(inside(tensor), shape),

  transpose(tensor, permutation) {
    const strides = stridesOf(tensor.shape, tensor.shape.length);
    const shape = permutation.map((axis) => tensor.shape[axis]!);
    return view(
      tensor,
      shape,
      permutation.map((axis) => strides[axis]!),
    );
  },

  slice(tensor, begin, size) {
    const strides = stridesOf(tensor.shape, tensor.shape.length);
    return view(tensor, size, strides, dot(begin, strides));
  },

  concat(tensors, axis) {
    const [first] = tensors as readonly [Tensor];
    const outer = sizeOf(first.shape.slice(0, axis));
    const lengths = tensors.map((tensor) => sizeOf(tensor.shape.slice(axis)));
    const data = new Float64Array(outer * lengths.reduce((a, b) => a + b, 0));
    for (let row = 0, at = 0; row < outer; row++) {
      tensors.forEach((tensor, k) => {
        const length = lengths[k]!;
        data.set(inside(tensor).subarray(row * length, (row + 1) * length), at);
        at += length;
      });
    }
    const size = tensors.reduce((sum, tensor) => sum + tensor.shape[axis]!, 0);
    return make(data, first.shape.with(axis, size));
  },

  gather(tensor, indices, axis) {
    const inner = sizeOf(tensor.shape.slice(axis + 1));
    const size = tensor.shape[axis]!;
    const outer = sizeOf(tensor.shape.slice(0, axis));
    const source = inside(tensor);
    const data = new Float64Array(outer * indices.length * inner);
    for (let row = 0, at = 0; row < outer; row++) {
      for (let k = 0; k < indices.length; k++, at += inner) {
        const from = (row * size + indices[k]!) * inner;
        if (indices[k]! >= 0) for (let i = 0; i < inner; i++) data[at + i] = source[from + i]!;
      }
    }
    return make(data, tensor.shape.with(axis, indices.length));
  },

  scope: <Result>(f: () => Result): Result => f(),
  keep: (tensor) => tensor,
  free: () => undefined,
};
