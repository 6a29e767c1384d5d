import type * as tf from '@tensorflow/tfjs-core';
import type { Kernels, Tensor, Tensors } from './kernels.js';

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
    gather: (tensor, indices, axis) =>
      outside(tf.gather(inside(tensor), tf.tensor1d(Int32Array.from(indices), 'int32'), axis)),
    scope: <Result extends Tensors>(f: () => Result): Result => tf.tidy(f as () => tf.TensorContainer) as Result,
    keep: (tensor) => outside(tf.keep(inside(tensor))),
    free: (tensors) => tf.dispose(tensors as tf.TensorContainer),
  };
}
