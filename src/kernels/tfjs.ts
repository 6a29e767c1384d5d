import type * as tf from '@tensorflow/tfjs-core';
import { type Kernels, type Shape, type Tensor, sizeOf } from './kernels.js';

/** The library; its caller has loaded it. */
export type Tfjs = typeof import('@tensorflow/tfjs-core');

const inside = (tensor: Tensor): tf.Tensor => tensor as unknown as tf.Tensor;
const outside = (tensor: tf.Tensor): Tensor => tensor;

/** Kernels in float32 on the active tfjs backend. */
export function tfjsKernels(tf: Tfjs, name: string): Kernels {
  const kernels: Kernels = {
    name,
    bytesPerElement: 4,
    tensor: (values, shape) =>
      outside(tf.tensor(values instanceof Float32Array ? values : Float32Array.from(values), [...shape], 'float32')),
    fill: (shape, value) => outside(tf.fill([...shape], value)),
    read: (tensor) => inside(tensor).dataSync() as Float32Array,
    matMul: (left, right) => outside(tf.matMul(inside(left), uncachedMatrix(tf, inside(right)))),
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
      // Axes of size 1 can be moved without a copy.
      const sameOrder = moved.every((axis, k) => axis > (moved[k - 1] ?? -1));
      return outside(sameOrder ? tf.reshape(inside(tensor), shape) : tf.transpose(inside(tensor), [...permutation]));
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
 * The same matrix, copied if its data have been a right operand in another shape. The wasm backend caches a prepared
 * product for each right operand by its data alone (tfjs 4.22). With another shape it would access memory out of bounds.
 */
function uncachedMatrix(tf: Tfjs, matrix: tf.Tensor): tf.Tensor {
  const shape = matrix.shape.join();
  const known = matrixShapes.get(matrix.dataId);
  if (known !== undefined && known !== shape) return tf.add(matrix, 0);
  matrixShapes.set(matrix.dataId, shape);
  return matrix;
}

/** Methods that only the wasm backend has. They avoid copies out of its heap and back. */
interface HeapBackend {
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
}

/** Runs a kernel that is written in JavaScript: `fill` reads the tensor's values and writes every number of the result. */
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
  // The views are made after the allocation, which may move the heap.
  const to = backend.typedArrayFromHeap(made);
  fill(backend.typedArrayFromHeap(tensor), to);
  return tf.engine().makeTensorFromTensorInfo(made);
}

/** For shorter halves, the backend's own kernel is as fast. */
const LONG_RUN = 2 ** 9;

/**
 * Sums [outer, count, inner] to [outer, inner] by adding the second half to the first repeatedly. It takes 0.3 ns per
 * element; the backend's own sum transposes first and takes 0.6 to 3.5 ns (wasm, tfjs 4.22). Rounding errors are those
 * of pairwise summation.
 */
function sumByHalves(tf: Tfjs, kernels: Kernels, tensor: Tensor): Tensor {
  const [outer = 1, count = 1, inner = 1] = tensor.shape;
  if (count === 1 || (count * inner) / 2 < LONG_RUN) return outside(tf.sum(inside(tensor), 1));
  const half = Math.floor(count / 2);
  const part = (from: number, size: number): Tensor => kernels.slice(tensor, [0, from, 0], [outer, size, inner]);
  const sum = sumByHalves(tf, kernels, kernels.add(part(0, half), part(half, half)));
  return 2 * half === count ? sum : kernels.add(sum, kernels.reshape(part(count - 1, 1), [outer, inner]));
}

/** Up to this length, a loop over the numbers is the fastest copy. */
const SHORT_COPY = 8;

type Copy = (from: number, at: number, length: number) => void;

/**
 * A function that copies runs of numbers. Where both arrays are in the wasm heap it copies within the heap: 0.5 ns per
 * element for runs of 32, half the time of `set`, which needs a view object for each run.
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
 * The gather kernel. That of the wasm backend takes 85 ns per element (tfjs 4.22); this loop takes 2 ns, or 0.2 ns where
 * indices are consecutive.
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
  /** Position in the list at which each run begins. */
  readonly places: Int32Array;
  /** Index with which it begins. */
  readonly firsts: Int32Array;
  readonly lengths: Int32Array;
  /** Number of runs; the arrays may be longer. */
  readonly count: number;
  /** Number of indices in all runs: all but the negative ones. */
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

/** The slice kernel. That of the wasm backend copies the whole tensor out of its heap first (tfjs 4.22). */
function copySlice(
  values: Float32Array,
  shape: Shape,
  begin: readonly number[],
  size: readonly number[],
  to: Float32Array,
): void {
  // After the last axis that is cut, elements are consecutive.
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
