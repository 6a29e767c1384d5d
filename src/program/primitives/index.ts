import { add } from './arithmetic/add.js';
import { affine } from './arithmetic/affine.js';
import { concat } from './arrangement/concat.js';
import { elementwise } from './arithmetic/elementwise.js';
import { lookup } from './arrangement/lookup.js';
import { matMul } from './arithmetic/mat-mul.js';
import { multiply } from './arithmetic/multiply.js';
import { reduceMax } from './selection/reduce-max.js';
import { reduceSum } from './arithmetic/reduce-sum.js';
import { reshape } from './arrangement/reshape.js';
import { select } from './selection/select.js';
import { slice } from './arrangement/slice.js';
import { softmax } from './arithmetic/softmax.js';
import { take } from './arrangement/take.js';
import { transpose } from './arrangement/transpose.js';
import type { Primitive } from './primitive.js';

/** Every primitive that a program may be made of. */
export const primitives = {
  add,
  affine,
  concat,
  elementwise,
  lookup,
  matMul,
  multiply,
  reduceMax,
  reduceSum,
  reshape,
  select,
  slice,
  softmax,
  take,
  transpose,
} as const;

export type PrimitiveName = keyof typeof primitives;
export type AttributesOf<Name extends PrimitiveName> =
  (typeof primitives)[Name] extends Primitive<infer Attributes> ? Attributes : never;

/** The entry of a primitive, without the type of its attributes: those of a step always fit its primitive. */
export function primitiveOf(name: PrimitiveName): Primitive<object> {
  return primitives[name];
}
