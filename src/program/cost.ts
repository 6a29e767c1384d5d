import { sizeOf } from '../kernels/kernels.js';
import { primitiveOf } from './primitives/index.js';
import type { Reach } from './primitives/primitive.js';
import { type Program, type Step, type ValueId, dependents, stepsOf, valueOf } from './program.js';

/** Cost of a walk over some steps for one example (and one direction). */
export interface Cost {
  readonly flops: number;
  /** The part of `flops` that is in products. Products run at the speed of arithmetic, other operations at that of memory. */
  readonly productFlops: number;
  /** Elements written, counting each pass over memory. */
  readonly passes: number;
  /** Elements of the largest value on the way. */
  readonly widest: number;
}

/** Steps with more floating-point operations for each element than this count as products. */
const PRODUCT_INTENSITY = 16;

/** Kinds of walks: evaluation, a reverse pass to both arguments, jets with first, or first and second derivatives. */
type Walk = 'forward' | 'reverse' | 'first' | 'second';

/** Products in one rule, each as large as an evaluation. */
const PRODUCTS: Readonly<Record<Walk, number>> = { forward: 1, reverse: 2, first: 1, second: 2 };
/** Passes over each element in one rule that is not a product. */
const PASSES: Readonly<Record<Walk, number>> = { forward: 2, reverse: 4, first: 2, second: 5 };

interface StepCost {
  /** Elements of the result. */
  readonly size: number;
  readonly flops: number;
  readonly passes: number;
}

/** A step on one `share`-th of its elements, with the products on one `productShare`-th. */
function stepCost(program: Program, step: Step, walk: Walk, share = 1, productShare = 1): StepCost {
  const shapes = step.arguments.map((id) => valueOf(program, id).shape);
  const whole = sizeOf(valueOf(program, step.result).shape);
  const primitive = primitiveOf(step.primitive);
  const flops = PRODUCTS[walk] * primitive.flops(step.attributes, shapes);
  const isProduct = flops > PRODUCT_INTENSITY * PRODUCTS[walk] * whole;
  const passes = isProduct ? PRODUCTS[walk] : PASSES[walk] * (primitive.passes ?? 1);
  return { size: whole / share, flops: flops / (isProduct ? productShare : share), passes: (passes * whole) / share };
}

function sumUp(steps: readonly StepCost[]): Cost {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    flops: sum(steps.map(({ flops }) => flops)),
    productFlops: sum(steps.map(({ flops, size }) => (flops > PRODUCT_INTENSITY * size ? flops : 0))),
    passes: sum(steps.map(({ passes }) => passes)),
    widest: steps.reduce((widest, { size }) => Math.max(widest, size), 1),
  };
}

const costOf = (program: Program, walk: Walk): Cost =>
  sumUp(stepsOf(program).map((step) => stepCost(program, step, walk)));

/** One evaluation of the whole program. */
export const forwardCost = (program: Program): Cost => costOf(program, 'forward');

/** One cotangent pulled from the output back through the whole program. */
export const reverseCost = (program: Program): Cost => costOf(program, 'reverse');

/**
 * One forward jet from a value to the output, with `order` derivatives. A step on a tangent of one element costs next to
 * nothing; a step on a tangent of one channel costs the share of that channel.
 */
export function jetCost(program: Program, start: ValueId, order: 1 | 2): Cost {
  const reached = dependents(program, [start]);
  const reaches = new Map<ValueId, Reach>([[start, 'element']]);
  const costs: StepCost[] = [];
  for (const step of stepsOf(program)) {
    const varying = step.arguments.filter((id) => reached.has(id));
    const [from, second] = varying;
    if (from === undefined) continue;
    const before = second === undefined ? reaches.get(from)! : 1;
    const after = second === undefined ? reachAfter(program, step, from, before) : 1;
    reaches.set(step.result, after);
    if (after === 'element') continue;
    // In the first product, a tangent of one element needs one row or column of the kernel: no product at all.
    const productShare = before === 'element' ? Infinity : Math.max(before, after);
    costs.push(stepCost(program, step, order === 2 ? 'second' : 'first', after, productShare));
  }
  return sumUp(costs);
}

function reachAfter(program: Program, step: Step, from: ValueId, before: Reach): Reach {
  const shapes = step.arguments.map((id) => valueOf(program, id).shape);
  const { reach } = primitiveOf(step.primitive);
  return reach?.(before, step.arguments.indexOf(from), shapes, valueOf(program, step.result).shape) ?? 1;
}
