import { sizeOf } from '../kernels/kernels.js';

/** How windows lie on an image of any number of spatial axes. */
export interface Windows {
  /** Spatial sizes of the result. */
  readonly output: readonly number[];
  /** For each position of the result, row-major, and each offset in its window: the position it covers, or −1. */
  readonly rows: Int32Array;
  /** Offsets in one window. */
  readonly count: number;
}

interface Geometry {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: 'same' | 'valid' | 'causal';
}

const spread = (kernel: number, dilation: number): number => (kernel - 1) * dilation + 1;

/** Output size and padding in front along one axis, as TensorFlow has them. */
function along(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: Geometry['padding'],
): [number, number] {
  const reach = spread(kernel, dilation);
  if (padding === 'valid') return [Math.floor((size - reach) / stride) + 1, 0];
  const output = Math.ceil(size / stride);
  if (padding === 'causal') return [output, reach - 1];
  return [output, Math.floor(Math.max((output - 1) * stride + reach - size, 0) / 2)];
}

/** Every index list below `shape`, row-major. */
export function indicesOf(shape: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(shape) }, (_, flat) => {
    const index: number[] = [];
    for (
      let axis = shape.length - 1, left = flat;
      axis >= 0;
      left = Math.floor(left / (shape[axis] as number)), axis--
    ) {
      index[axis] = left % (shape[axis] as number);
    }
    return index;
  });
}

/** Row-major position of an index list; −1 if it lies outside. */
export function positionOf(index: readonly number[], shape: readonly number[]): number {
  let position = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const at = index[axis] as number;
    const size = shape[axis] as number;
    if (at < 0 || at >= size || !Number.isInteger(at)) return -1;
    position = position * size + at;
  }
  return position;
}

function rowsOf(
  output: readonly number[],
  kernel: readonly number[],
  size: readonly number[],
  source: (at: number, offset: number, axis: number) => number,
): Int32Array {
  const offsets = indicesOf(kernel);
  const rows = indicesOf(output).flatMap((position) =>
    offsets.map((offset) =>
      positionOf(
        position.map((at, axis) => source(at, offset[axis] as number, axis)),
        size,
      ),
    ),
  );
  return Int32Array.from(rows);
}

/** The windows of a convolution or a pooling. @throws RangeError when a window is larger than the image */
export function windowsOn(size: readonly number[], { kernel, strides, dilation, padding }: Geometry): Windows {
  const axes = size.map((own, axis) =>
    along(own, kernel[axis] as number, strides[axis] as number, dilation[axis] as number, padding),
  );
  const output = axes.map(([count]) => count);
  if (!output.every((count) => count > 0)) throw new RangeError(`windows of [${kernel}] do not fit into [${size}]`);
  const source = (at: number, offset: number, axis: number): number =>
    at * (strides[axis] as number) - (axes[axis]?.[1] as number) + offset * (dilation[axis] as number);
  return { output, rows: rowsOf(output, kernel, size, source), count: sizeOf(kernel) };
}

/** For a transposed convolution: which position of the image each offset of the kernel comes from. */
export function transposedWindowsOn(
  size: readonly number[],
  { kernel, strides, padding }: Omit<Geometry, 'dilation'>,
): Windows {
  const output = size.map((own, axis) => {
    const [stride, reach] = [strides[axis] as number, kernel[axis] as number];
    return padding === 'same' ? own * stride : own * stride + Math.max(reach - stride, 0);
  });
  const before = output.map((own, axis) => along(own, kernel[axis] as number, strides[axis] as number, 1, padding)[1]);
  const source = (at: number, offset: number, axis: number): number =>
    (at + (before[axis] as number) - offset) / (strides[axis] as number);
  return { output, rows: rowsOf(output, kernel, size, source), count: sizeOf(kernel) };
}
