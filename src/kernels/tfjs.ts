import type * as tf from '@tensorflow/tfjs-core';
import { type Kernels, type Shape, type Tensor, sizeOf } from './kernels.js';

/** The library, handed in by whoever loaded it. */
export type Tfjs = typeof import('@tensorflow/tfjs-core');

const inside = (tensor: Tensor): tf.Tensor => tensor as unknown as tf.Tensor;
const outside = (tensor: tf.Tensor): Tensor => tensor;

/** Kernels in float32 on whichever tfjs backend is active. */
export function tfjsKernels(tf: Tfjs, name: string): Kernels {
  const kernels: Kernels = {
    name,
    bytesPerElement: 4,
    tensor: (values, shape) =>
      outside(tf.tensor(values instanceof Float32Array ? values : Float32Array.from(values), [...shape], 'float32')),
    fill: (shape, value) => outside(tf.fill([...shape], value)),
    read: (tensor) => inside(tensor).dataSync() as Float32Array,
    matMul: (left, right) => outside(tf.matMul(inside(left), ownMatrix(tf, inside(right)))),
    add: (left, right) => outside(tf.add(inside(left), inside(right))),
    multiply: (left, right) => outside(tf.mul(inside(left), inside(right))),
    affine(tensor, factor, offset) {
      const scaled = factor === 1 ? inside(tensor) : tf.mul(inside(tensor), factor);
      return outside(offset === 0 ? scaled : tf.add(scaled, offset));
    },
    map: (tensor, f) => outside(tf.tensor((inside(tensor).dataSync() as Float32Array).map(f), [...tensor.shape])),
    sum(tensor, axes) {
      if (axes.length === 0) return tensor;
      const [first = 0, last = 0] = [axes[0], axes.at(-1)];
      const inner = sizeOf(tensor.shape.slice(last + 1));
      const adjacent = last - first === axes.length - 1;
      if (!adjacent || inner === 1) return outside(tf.sum(inside(tensor), [...axes]));
      const count = sizeOf(axes.map((axis) => tensor.shape[axis]!));
      const shape = tensor.shape.filter((_, axis) => !axes.includes(axis));
      const folded = [sizeOf(tensor.shape) / (count * inner), count, inner];
      return kernels.scope(() => kernels.reshape(sumByHalves(tf, kernels, kernels.reshape(tensor, folded)), shape));
    },
    reshape: (tensor, shape) => outside(tf.reshape(inside(tensor), [...shape])),
    transpose(tensor, permutation) {
      const shape = permutation.map((axis) => tensor.shape[axis]!);
      const moved = permutation.filter((axis) => tensor.shape[axis] !== 1);
      // Axes of size 1 may go anywhere without a copy.
      const stays = moved.every((axis, k) => axis > (moved[k - 1] ?? -1));
      return outside(stays ? tf.reshape(inside(tensor), shape) : tf.transpose(inside(tensor), [...permutation]));
    },
    slice: (tensor, begin, size) =>
      outside(
        onHost(tf, inside(tensor), size, (from, to) => {
          copySlice(from, tensor.shape, begin, size, to);
        }),
      ),
    concat: (tensors, axis) => outside(tf.concat(tensors.map(inside), axis)),
    gather: (tensor, indices, axis) =>
      outside(
        onHost(tf, inside(tensor), tensor.shape.with(axis, indices.length), (from, to) => {
          takeAlong(from, tensor.shape, indices, axis, to);
        }),
      ),
    scope: <Result>(f: () => Result): Result => tf.tidy(f as () => tf.TensorContainer) as Result,
    keep: (tensor) => outside(tf.keep(inside(tensor))),
    free: (tensors) => tf.dispose(tensors as tf.TensorContainer),
  };
  return kernels;
}

/** Shapes in which data have been right operands of products. */
const matrixShapes = new WeakMap<object, string>();

/**
 * The same matrix, copied if its data have been a right operand in another shape: the wasm backend keeps a prepared
 * product for each such operand, found by its data alone (tfjs 4.22), and would read and write out of bounds with it.
 */
function ownMatrix(tf: Tfjs, matrix: tf.Tensor): tf.Tensor {
  const shape = matrix.shape.join();
  const known = matrixShapes.get(matrix.dataId);
  if (known !== undefined && known !== shape) return tf.add(matrix, 0);
  matrixShapes.set(matrix.dataId, shape);
  return matrix;
}

/** What the wasm backend has beside the kernels of every backend, which saves copying out of its heap and back. */
interface HeapBackend {
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
}

/** A kernel written in JavaScript; `fill` is given the tensor's values, and writes every number of the result. */
function onHost(
  tf: Tfjs,
  tensor: tf.Tensor,
  shape: Shape,
  fill: (from: Float32Array, to: Float32Array) => void,
): tf.Tensor {
  const backend = tf.backend() as unknown as Partial<HeapBackend>;
  if (!backend.typedArrayFromHeap || !backend.makeOutput) {
    const values = new Float32Array(sizeOf(shape));
    fill(tensor.dataSync() as Float32Array, values);
    return tf.tensor(values, [...shape], 'float32');
  }
  const made = backend.makeOutput([...shape], 'float32');
  // Views only now: the heap may have moved when it grew.
  const to = backend.typedArrayFromHeap(made);
  fill(backend.typedArrayFromHeap(tensor), to);
  return tf.engine().makeTensorFromTensorInfo(made);
}

/** Halves of fewer numbers are as fast in the backend's own kernel. */
const LONG_RUN = 2 ** 9;

/**
 * [outer, count, inner] → [outer, inner], the second half added to the first again and again: 0.3 ns an element, where
 * the backend's own sum transposes first and takes 0.6 to 3.5 (wasm, tfjs 4.22); and the rounding errors are those of
 * pairwise summation.
 */
function sumByHalves(tf: Tfjs, kernels: Kernels, tensor: Tensor): Tensor {
  const [outer = 1, count = 1, inner = 1] = tensor.shape;
  if (count === 1 || (count * inner) / 2 < LONG_RUN) return outside(tf.sum(inside(tensor), 1));
  const half = Math.floor(count / 2);
  const part = (from: number, size: number): Tensor => kernels.slice(tensor, [0, from, 0], [outer, size, inner]);
  const sum = sumByHalves(tf, kernels, kernels.add(part(0, half), part(half, half)));
  return 2 * half === count ? sum : kernels.add(sum, kernels.reshape(part(count - 1, 1), [outer, inner]));
}

/** Copies of no more numbers are faster one by one. */
const SHORT_COPY = 8;

type Copy = (from: number, at: number, length: number) => void;

/**
 * Copies within the heap where both arrays lie in it: half the time of setting a view (0.5 ns an element for runs of 32),
 * which needs an object for each.
 */
function copierOf(values: Float32Array, to: Float32Array): Copy {
  const shared = values.buffer === to.buffer ? new Float32Array(values.buffer) : null;
  const [source, target] = [values.byteOffset / 4, to.byteOffset / 4];
  return (from, at, length) => {
    if (length <= SHORT_COPY) for (let i = 0; i < length; i++) to[at + i] = values[from + i]!;
    else if (shared) shared.copyWithin(target + at, source + from, source + from + length);
    else to.set(values.subarray(from, from + length), at);
  };
}

/**
 * The gather kernel of the wasm backend takes 85 ns an element (tfjs 4.22), this loop 2, and 0.2 where neighbours stay
 * neighbours.
 */
function takeAlong(
  values: Float32Array,
  shape: Shape,
  indices: ArrayLike<number>,
  axis: number,
  to: Float32Array,
): void {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const stride = shape[axis]! * inner;
  const { places, firsts, lengths, count, covered } = runsOf(indices);
  const copy = copierOf(values, to);
  if (covered < indices.length) to.fill(0);
  for (let row = 0; row < outer; row++) {
    for (let run = 0; run < count; run++) {
      const at = (row * indices.length + places[run]!) * inner;
      copy(row * stride + firsts[run]! * inner, at, lengths[run]! * inner);
    }
  }
}

/** Runs of consecutive indices. */
interface Runs {
  /** Where in the list each begins. */
  readonly places: Int32Array;
  /** The index that it begins with. */
  readonly firsts: Int32Array;
  readonly lengths: Int32Array;
  /** How many there are; the arrays may be longer. */
  readonly count: number;
  /** How many indices they hold: all but the negative ones. */
  readonly covered: number;
}

function runsOf(indices: ArrayLike<number>): Runs {
  const places = new Int32Array(indices.length);
  const firsts = new Int32Array(indices.length);
  const lengths = new Int32Array(indices.length);
  let count = 0;
  let covered = 0;
  for (let k = 0; k < indices.length; k++) {
    const index = indices[k]!;
    if (index < 0) continue;
    covered++;
    if (k > 0 && index > 0 && indices[k - 1] === index - 1) {
      lengths[count - 1]! += 1;
      continue;
    }
    places[count] = k;
    firsts[count] = index;
    lengths[count++] = 1;
  }
  return { places, firsts, lengths, count, covered };
}

/** The slice kernel of the wasm backend copies the whole tensor out of its heap first (tfjs 4.22). */
function copySlice(
  values: Float32Array,
  shape: Shape,
  begin: readonly number[],
  size: readonly number[],
  to: Float32Array,
): void {
  // Behind the last axis that is cut, elements are consecutive.
  const cut = shape.findLastIndex((whole, axis) => whole !== size[axis]);
  const run = sizeOf(size.slice(Math.max(cut, 0)));
  const outer = size.slice(0, Math.max(cut, 0));
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const index = outer.map(() => 0);
  const copy = copierOf(values, to);
  let from = begin.reduce((sum, first, axis) => sum + first * strides[axis]!, 0);
  for (let at = 0; at < to.length; at += run) {
    copy(from, at, run);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      index[axis]! += 1;
      if (index[axis] !== outer[axis]) break;
      from -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
}
