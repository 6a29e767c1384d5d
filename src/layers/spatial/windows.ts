import { sizeOf } from '../../kernels/kernels.js';

/** How windows lie on an image of any number of spatial axes. */
export interface Windows {
  /** Spatial sizes of the result. */
  readonly output: readonly number[];
  /** For each position of the result, row-major, and each offset in its window: the position it covers, or −1. */
  readonly rows: Int32Array;
  /** Offsets in one window. */
  readonly count: number;
}

/** Windows that cannot be listed, with what to do about it. */
export class UnusableWindows extends RangeError {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
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

/** Positions listed at once, 256 MB of them: more than the windows of any network that could be audited. */
const MAX_ROWS = 2 ** 26;

/** @throws RangeError when `count` windows of [kernel] are more than can be listed */
export function checkWindows(kernel: readonly number[], count: number): void {
  if (!(count * sizeOf(kernel) <= MAX_ROWS)) {
    throw new UnusableWindows(
      `${count} windows of [${kernel}] are too many: they would cover more than ${MAX_ROWS} positions`,
      'audit the model with smaller inputs, or one without this layer',
    );
  }
}

/** The position along one axis that an offset of the kernel covers; any other number than 0 to below the size: none. */
type Source = (at: number, offset: number, axis: number) => number;

/**
 * For each position of the result and each offset in its window, both row-major: the position it covers, or −1. Axis by
 * axis, since each is covered by itself. @throws RangeError when there are too many
 */
export function rowsOf(
  output: readonly number[],
  kernel: readonly number[],
  size: readonly number[],
  source: Source,
): Int32Array {
  checkWindows(kernel, sizeOf(output));
  let [rows, outer, before] = [new Int32Array(1), 1, 1];
  for (const [axis, whole] of size.entries()) {
    const [positions, offsets] = [output[axis] as number, kernel[axis] as number];
    const covered = coveredAlong(positions, offsets, whole, (at, offset) => source(at, offset, axis));
    const finer = new Int32Array(rows.length * covered.length);
    for (let k = 0, position = 0; position < outer * positions; position++) {
      const [from, along] = [Math.floor(position / positions) * before, (position % positions) * offsets];
      for (let row = from; row < from + before; row++) {
        for (let offset = along; offset < along + offsets; offset++) {
          finer[k++] = joined(rows[row] as number, covered[offset] as number, whole);
        }
      }
    }
    [rows, outer, before] = [finer, outer * positions, before * offsets];
  }
  return rows;
}

/** Position on the axes so far, then on one more. */
const joined = (position: number, at: number, size: number): number =>
  position < 0 || at < 0 ? -1 : position * size + at;

/** [positions, offsets]: the positions covered along one axis, −1 outside and between them. */
function coveredAlong(
  positions: number,
  offsets: number,
  size: number,
  source: (at: number, offset: number) => number,
): Int32Array {
  return new Int32Array(positions * offsets).map((_, k) => {
    const at = source(Math.floor(k / offsets), k % offsets);
    return Number.isInteger(at) && at >= 0 && at < size ? at : -1;
  });
}

/** The windows of a convolution or a pooling. @throws RangeError when a window is larger than the image, or they are too many */
export function windowsOn(size: readonly number[], { kernel, strides, dilation, padding }: Geometry): Windows {
  const axes = size.map((own, axis) =>
    along(own, kernel[axis] as number, strides[axis] as number, dilation[axis] as number, padding),
  );
  const output = axes.map(([count]) => count);
  if (!output.every((count) => count > 0)) {
    throw new UnusableWindows(
      `windows of [${kernel}] do not fit into [${size}]`,
      'audit the model with larger inputs, or build this layer with padding "same"',
    );
  }
  const source: Source = (at, offset, axis) =>
    at * (strides[axis] as number) - (axes[axis]?.[1] as number) + offset * (dilation[axis] as number);
  return { output, rows: rowsOf(output, kernel, size, source), count: sizeOf(kernel) };
}

/** For a transposed convolution: which position of the image each offset of the kernel comes from. @throws RangeError */
export function transposedWindowsOn(
  size: readonly number[],
  { kernel, strides, padding }: Omit<Geometry, 'dilation'>,
): Windows {
  const output = size.map((own, axis) => {
    const [stride, reach] = [strides[axis] as number, kernel[axis] as number];
    return padding === 'same' ? own * stride : own * stride + Math.max(reach - stride, 0);
  });
  const before = output.map((own, axis) => along(own, kernel[axis] as number, strides[axis] as number, 1, padding)[1]);
  const source: Source = (at, offset, axis) => (at + (before[axis] as number) - offset) / (strides[axis] as number);
  return { output, rows: rowsOf(output, kernel, size, source), count: sizeOf(kernel) };
}
