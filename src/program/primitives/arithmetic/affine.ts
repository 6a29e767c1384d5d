import { sizeOf } from '../../../kernels/kernels.js';
import { linear } from '../rules/linear.js';
import { sameReach } from '../rules/reach.js';
import type { Primitive } from '../primitive.js';

export interface AffineAttributes {
  readonly factor: number;
  readonly offset: number;
}

const scale = linear<AffineAttributes>({
  examples: [
    { attributes: { factor: -1.5, offset: 0.25 }, shapes: [[3]] },
    { attributes: { factor: 1, offset: 2 }, shapes: [[2, 2]] },
  ],
  keepsActivation: true,
  reach: sameReach,
  shape: (_, shape) => shape,
  apply: (kernels, { factor }, tensor) => kernels.affine(tensor, factor, 0),
  transposed: (kernels, { factor }, cotangent) => kernels.affine(cotangent, factor, 0),
  elements: (kernels, { factor }, part) => kernels.affine(part, factor, 0),
  flops: (_, shape) => 2 * sizeOf(shape),
});

/** factor·x + offset with two numbers. */
export const affine: Primitive<AffineAttributes> = {
  ...scale,
  evaluate: ({ kernels, attributes: { factor, offset } }, [primal]) => kernels.affine(primal!, factor, offset),
};
