export type Shape = readonly number[];

/** A dense array on some backend, row-major. Only the kernels that made it can read it. */
export interface Tensor {
  readonly shape: Shape;
}

export type Values = Float32Array | Float64Array;

/**
 * All the arithmetic on tensors. A backend is exchanged by implementing this interface.
 * Element-wise operations broadcast as in NumPy (aligned at the last axis).
 */
export interface Kernels {
  readonly name: string;
  readonly bytesPerElement: 4 | 8;
  tensor(values: ArrayLike<number>, shape: Shape): Tensor;
  fill(shape: Shape, value: number): Tensor;
  /** The tensor's values in row-major order; a copy, or a view that must not be written to. */
  read(tensor: Tensor): Values;
  /** [n, k] · [k, m] → [n, m]. */
  matMul(left: Tensor, right: Tensor): Tensor;
  add(left: Tensor, right: Tensor): Tensor;
  multiply(left: Tensor, right: Tensor): Tensor;
  /** factor·x + offset. */
  affine(tensor: Tensor, factor: number, offset: number): Tensor;
  /** A function of each element, in float64. */
  map(tensor: Tensor, f: (x: number) => number): Tensor;
  /** Sum over the axes, which are given in ascending order and removed. */
  sum(tensor: Tensor, axes: readonly number[]): Tensor;
  reshape(tensor: Tensor, shape: Shape): Tensor;
  transpose(tensor: Tensor, permutation: readonly number[]): Tensor;
  slice(tensor: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  concat(tensors: readonly Tensor[], axis: number): Tensor;
  /** The given positions along one axis, in that order; zeros for a negative position. */
  gather(tensor: Tensor, indices: ArrayLike<number>, axis: number): Tensor;
  /** Runs f and frees every tensor made in it, except those in its result (a tensor, or arrays and records of tensors). */
  scope<Result>(f: () => Result): Result;
  /** Exempts a tensor from every scope; it exists until `free`. */
  keep(tensor: Tensor): Tensor;
  free(tensors: Tensors): void;
}

export type Tensors = Tensor | null | void | readonly Tensors[] | { readonly [key: string]: Tensors };

export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** Shape of an element-wise operation's result. */
export function broadcastShape(left: Shape, right: Shape): number[] {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    if (a !== b && a !== 1 && b !== 1) throw new RangeError(`shapes [${left}] and [${right}] do not broadcast`);
    return a === 1 ? b : a;
  });
}

export const sameShape = (left: Shape, right: Shape): boolean =>
  left.length === right.length && left.every((size, axis) => size === right[axis]);
