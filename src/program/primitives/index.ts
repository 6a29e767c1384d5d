import { add } from './add.js';
import { affine } from './affine.js';
import { concat } from './concat.js';
import { elementwise } from './elementwise.js';
import { lookup } from './lookup.js';
import { matMul } from './mat-mul.js';
import { multiply } from './multiply.js';
import { reduceMax } from './reduce-max.js';
import { reduceSum } from './reduce-sum.js';
import { reshape } from './reshape.js';
import { select } from './select.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { take } from './take.js';
import { transpose } from './transpose.js';
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

/** The entry of a step's primitive, its attributes' type forgotten: a step's attributes always are its primitive's. */
export function primitiveOf(name: PrimitiveName): Primitive<object> {
  return primitives[name];
}
