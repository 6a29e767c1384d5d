import { type Shape, type Tensor, sizeOf } from '../kernels/kernels.js';
import type { Tangent } from './primitives/primitive.js';

/*
 * Every tensor that a rule returns has its full shape; only its batch axis may have size 1. A tensor that merely
 * broadcasts to that shape gives right numbers in element-wise rules, but silently wrong ones in sums and products.
 */

/** What a message says of the rule. */
interface Place {
  readonly primitive: string;
  readonly layer: string;
}

/** @throws Error unless the result of `evaluate` is [B, …shape] or [1, …shape] */
export function checkPrimal(place: Place, primal: Tensor, shape: Shape, batch: number): void {
  expectShape(place, 'evaluate', primal, [batch, ...shape], 0);
}

/** @throws Error unless each derivative in the result of `push` is null or has the shape that its kind of tangent states */
export function checkTangent(place: Place, tangent: Tangent, shape: Shape, directions: number, batch: number): void {
  const wanted = partShape(tangent, shape, directions, batch);
  const batchAxis = tangent.kind === 'sparse' ? 0 : 1;
  expectShape(place, 'push', tangent.first, wanted, batchAxis);
  if (tangent.second) expectShape(place, 'push', tangent.second, wanted, batchAxis);
}

function partShape(tangent: Tangent, shape: Shape, directions: number, batch: number): Shape {
  if (tangent.kind === 'sparse') return [batch, directions];
  if (tangent.kind === 'channel') return [directions, batch, sizeOf(shape) / tangent.period];
  return [directions, batch, ...shape];
}

/** @throws Error unless the result of `pull` is [K, B, …shape] for a cotangent [K, B, …] of the step's result */
export function checkCotangent(place: Place, pulled: Tensor, shape: Shape, cotangent: Tensor): void {
  expectShape(place, 'pull', pulled, [...cotangent.shape.slice(0, 2), ...shape], null);
}

function expectShape(place: Place, rule: string, { shape }: Tensor, wanted: Shape, batchAxis: number | null): void {
  const fits = (size: number, axis: number): boolean => size === wanted[axis] || (axis === batchAxis && size === 1);
  if (shape.length === wanted.length && shape.every(fits)) return;
  throw new Error(`${rule} of ${place.primitive} in ${place.layer}: shape [${shape}] instead of [${wanted}]`);
}
