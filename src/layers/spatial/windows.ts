import { sizeOf } from '../../kernels/kernels.js';

/** Windows on an image of any number of spatial axes. */
export interface Windows {
  /** Spatial sizes of the result. */
  readonly output: readonly number[];
  /** [positions of the result, offsets in the window], row-major: the covered position of the image, or −1 outside. */
  readonly rows: Int32Array;
  /** The number of offsets in a window. */
  readonly count: number;
}

/** Windows that do not fit or are too many, and how to fix it. */
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

/** Output size and padding before the image along one axis, as in TensorFlow. */
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

/** The largest number of listed positions (256 MB): more than in any network that could be audited. */
const MAX_ROWS = 2 ** 26;

/** @throws RangeError when `count` windows of [kernel] are too many to list */
export function checkWindows(kernel: readonly number[], count: number): void {
  if (!(count * sizeOf(kernel) <= MAX_ROWS)) {
    throw new UnusableWindows(
      `${count} windows of [${kernel}] are too many: they cover more than ${MAX_ROWS} positions`,
      'use a model with smaller inputs, or without this layer',
    );
  }
}

/** The position along one axis that an offset of the kernel covers. Numbers outside the image mean none. */
type Source = (at: number, offset: number, axis: number) => number;

/**
 * [positions of the result, offsets in the window], row-major: the covered position, or −1 outside. It is built axis by
 * axis, since the axes are independent.
 * @throws RangeError when there are too many
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
    const [positions, offsets] = [output[axis]!, kernel[axis]!];
    const covered = coveredAlong(positions, offsets, whole, (at, offset) => source(at, offset, axis));
    const finer = new Int32Array(rows.length * covered.length);
    for (let k = 0, position = 0; position < outer * positions; position++) {
      const [from, along] = [Math.floor(position / positions) * before, (position % positions) * offsets];
      for (let row = from; row < from + before; row++) {
        for (let offset = along; offset < along + offsets; offset++) {
          finer[k++] = joined(rows[row]!, covered[offset]!, whole);
        }
      }
    }
    [rows, outer, before] = [finer, outer * positions, before * offsets];
  }
  return rows;
}

/** The position on one more axis. */
const joined = (position: number, at: number, size: number): number =>
  position < 0 || at < 0 ? -1 : position * size + at;

/** [positions, offsets]: the covered positions along one axis, −1 for none. */
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

/** The windows of a convolution or pooling. @throws RangeError when they are larger than the image or too many */
export function windowsOn(size: readonly number[], { kernel, strides, dilation, padding }: Geometry): Windows {
  const axes = size.map((own, axis) => along(own, kernel[axis]!, strides[axis]!, dilation[axis]!, padding));
  const output = axes.map(([count]) => count);
  if (!output.every((count) => count > 0)) {
    throw new UnusableWindows(
      `windows of [${kernel}] do not fit into an image of [${size}]`,
      'use a model with larger inputs, or build this layer with padding "same"',
    );
  }
  const source: Source = (at, offset, axis) => at * strides[axis]! - axes[axis]![1] + offset * dilation[axis]!;
  return { output, rows: rowsOf(output, kernel, size, source), count: sizeOf(kernel) };
}

interface Transposed extends Geometry {
  /** Positions added at the end of each axis; null for as many as the stride needs. */
  readonly outputPadding: readonly number[] | null;
}

/**
 * Output size of a transposed convolution along one axis, and how many positions in front of it a kernel reaches.
 * Source: keras/src/backend/common/backend_utils.py.
 */
function alongTransposed(size: number, stride: number, reach: number, extra: number | null, same: boolean) {
  const own = extra ?? (same ? stride - (reach % 2) : Math.max(reach, stride) - reach);
  const length = (size - 1) * stride + own;
  if (!same) return { output: length + reach, before: 0 };
  return { output: length + (reach % 2), before: Math.max(Math.floor((reach - (reach % 2) - own) / 2), 0) };
}

/** The windows of a transposed convolution. @throws RangeError when they are too many */
export function transposedWindowsOn(
  size: readonly number[],
  { kernel, strides, dilation, padding, outputPadding }: Transposed,
): Windows {
  const axes = size.map((own, axis) => {
    const reach = spread(kernel[axis]!, dilation[axis]!);
    return alongTransposed(own, strides[axis]!, reach, outputPadding?.[axis] ?? null, padding === 'same');
  });
  const output = axes.map((own) => own.output);
  const source: Source = (at, offset, axis) => (at + axes[axis]!.before - offset * dilation[axis]!) / strides[axis]!;
  return { output, rows: rowsOf(output, kernel, size, source), count: sizeOf(kernel) };
}
