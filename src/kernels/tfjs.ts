import type * as tf from '@tensorflow/tfjs-core';
import { type Kernels, type Shape, type Tensor, type Tensors, sizeOf } from './kernels.js';

/** The library, handed in by whoever loaded it. */
export type Tfjs = typeof import('@tensorflow/tfjs-core');

const inside = (tensor: Tensor): tf.Tensor => tensor as unknown as tf.Tensor;
const outside = (tensor: tf.Tensor): Tensor => tensor;

/** Kernels in float32 on whichever tfjs backend is active. */
export function tfjsKernels(tf: Tfjs, name: string): Kernels {
  return {
    name,
    bytesPerElement: 4,
    tensor: (values, shape) =>
      outside(tf.tensor(values instanceof Float32Array ? values : Float32Array.from(values), [...shape], 'float32')),
    fill: (shape, value) => outside(tf.fill([...shape], value)),
    read: (tensor) => inside(tensor).dataSync() as Float32Array,
    matMul: (left, right) => outside(tf.matMul(inside(left), inside(right))),
    add: (left, right) => outside(tf.add(inside(left), inside(right))),
    multiply: (left, right) => outside(tf.mul(inside(left), inside(right))),
    affine(tensor, factor, offset) {
      const scaled = factor === 1 ? inside(tensor) : tf.mul(inside(tensor), factor);
      return outside(offset === 0 ? scaled : tf.add(scaled, offset));
    },
    map: (tensor, f) => outside(tf.tensor((inside(tensor).dataSync() as Float32Array).map(f), [...tensor.shape])),
    sum: (tensor, axes) => outside(axes.length === 0 ? inside(tensor) : tf.sum(inside(tensor), [...axes])),
    reshape: (tensor, shape) => outside(tf.reshape(inside(tensor), [...shape])),
    transpose: (tensor, permutation) => outside(tf.transpose(inside(tensor), [...permutation])),
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
    scope: <Result extends Tensors>(f: () => Result): Result => tf.tidy(f as () => tf.TensorContainer) as Result,
    keep: (tensor) => outside(tf.keep(inside(tensor))),
    free: (tensors) => tf.dispose(tensors as tf.TensorContainer),
  };
}

/** What the wasm backend has beside the kernels of every backend, which saves copying out of its heap and back. */
interface HeapBackend {
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
}

/** A kernel written in JavaScript; `fill` is given the tensor's values, and zeros to be written to. */
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
  to.fill(0);
  fill(backend.typedArrayFromHeap(tensor), to);
  return tf.engine().makeTensorFromTensorInfo(made);
}

/** Copies of fewer numbers than this are faster one by one. */
const LONG_ROW = 32;

/** The gather kernel of the wasm backend takes 85 ns an element (tfjs 4.22), this loop 2. `to` holds zeros. */
function takeAlong(
  values: Float32Array,
  shape: Shape,
  indices: ArrayLike<number>,
  axis: number,
  to: Float32Array,
): void {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const stride = (shape[axis] as number) * inner;
  for (let row = 0, at = 0; row < outer; row++) {
    for (let k = 0; k < indices.length; k++, at += inner) {
      const index = indices[k] as number;
      const from = row * stride + index * inner;
      if (index < 0) continue;
      if (inner >= LONG_ROW) to.set(values.subarray(from, from + inner), at);
      else for (let i = 0; i < inner; i++) to[at + i] = values[from + i] as number;
    }
  }
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
  let from = begin.reduce((sum, first, axis) => sum + first * (strides[axis] as number), 0);
  for (let at = 0; at < to.length; at += run) {
    to.set(values.subarray(from, from + run), at);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      from += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if (index[axis] !== outer[axis]) break;
      from -= (index[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
}
