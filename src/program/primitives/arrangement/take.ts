import type { Kernels, Shape, Tensor } from '../../../kernels/kernels.js';
import { linear } from '../rules/linear.js';
import { channelReach } from '../rules/reach.js';

export interface TakeAttributes {
  /** For each row of the result, the row of the argument that it copies; −1 for zeros. */
  readonly rows: Int32Array;
}

/** The rows of the result that copy each row of [P, C], padded with −1 to the same number for all: [most, P]. */
const inverses = new WeakMap<Int32Array, { rows: Int32Array; most: number }>();

function inverseOf(rows: Int32Array, size: number): { rows: Int32Array; most: number } {
  const known = inverses.get(rows);
  if (known) return known;
  const uses = Array.from({ length: size }, (): number[] => []);
  rows.forEach((row, k) => row >= 0 && uses[row]?.push(k));
  const most = uses.reduce((longest, list) => Math.max(longest, list.length), 1);
  const made = { most, rows: new Int32Array(size * most).fill(-1) };
  uses.forEach((list, row) => {
    list.forEach((from, k) => (made.rows[k * size + row] = from));
  });
  inverses.set(rows, made);
  return made;
}

/**
 * Rows of a matrix [P, C], any number of times and in any order. Patches of images, windows, steps of a sequence,
 * padding and cropping use it. Its transpose adds up the rows that came from the same one.
 */
export const take = linear<TakeAttributes>({
  examples: [
    { attributes: { rows: Int32Array.of(2, -1, 0, 0, 1) }, shapes: [[3, 2]] },
    { attributes: { rows: Int32Array.of(1, 2) }, shapes: [[4, 3]] },
  ],
  // Windows are copied row by row.
  passes: 4,
  rearranges: true,
  reach: channelReach,
  shape({ rows }, [size = 0, columns = 0]: Shape) {
    if (!rows.every((row) => row < size)) throw new RangeError(`rows beyond the ${size} that there are`);
    return [rows.length, columns];
  },
  channelwise: () => true,
  apply: (kernels: Kernels, { rows }, tensor: Tensor, _, lead) => kernels.gather(tensor, rows, lead),
  transposed(kernels, { rows }, cotangent, shape) {
    const [size = 0, columns = 0] = shape;
    const inverse = inverseOf(rows, size);
    const copies = kernels.gather(cotangent, inverse.rows, 2);
    const lead = cotangent.shape.slice(0, 2);
    return kernels.sum(kernels.reshape(copies, [...lead, inverse.most, size, columns]), [2]);
  },
});
