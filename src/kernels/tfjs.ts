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
    slice: (tensor, begin, size) => outside(tf.slice(inside(tensor), [...begin], [...size])),
    concat: (tensors, axis) => outside(tf.concat(tensors.map(inside), axis)),
    gather(tensor, indices, axis) {
      const taken = takeAlong(inside(tensor).dataSync() as Float32Array, tensor.shape, indices, axis);
      return outside(tf.tensor(taken, tensor.shape.with(axis, indices.length), 'float32'));
    },
    scope: <Result extends Tensors>(f: () => Result): Result => tf.tidy(f as () => tf.TensorContainer) as Result,
    keep: (tensor) => outside(tf.keep(inside(tensor))),
    free: (tensors) => tf.dispose(tensors as tf.TensorContainer),
  };
}

/** On the host: the gather kernel of the wasm backend takes 85 ns an element (tfjs 4.22), this loop 2. */
function takeAlong(values: Float32Array, shape: Shape, indices: ArrayLike<number>, axis: number): Float32Array {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const stride = (shape[axis] as number) * inner;
  const taken = new Float32Array(outer * indices.length * inner);
  for (let row = 0, at = 0; row < outer; row++) {
    for (let k = 0; k < indices.length; k++) {
      const from = row * stride + (indices[k] as number) * inner;
      // A negative index takes zeros.
      if (from < row * stride) at += inner;
      else for (let i = from; i < from + inner; i++) taken[at++] = values[i] as number;
    }
  }
  return taken;
}
