import { sizeOf } from '../kernels/kernels.js';
import { primitiveOf } from './primitives/index.js';
import { type Program, type Step, type ValueId, dependents, stepsOf, valueOf } from './program.js';

/** What a walk over some steps takes for one example (and one direction). */
export interface Cost {
  readonly flops: number;
  /** Of these, the ones in products, which run at the speed of arithmetic; the others at that of memory. */
  readonly productFlops: number;
  /** Elements written, counting each pass over memory. */
  readonly passes: number;
  /** Elements of the largest value on the way. */
  readonly widest: number;
}

/** Steps with more floating-point operations for each element than this count as products. */
const PRODUCT_INTENSITY = 16;

/** Passes over an element that a rule makes: forward; first; first and second derivatives. */
const PASSES = { 0: 1, 1: 1, 2: 4 } as const;

function costOf(program: Program, steps: readonly Step[], order: 0 | 1 | 2): Cost {
  const derivatives = Math.max(order, 1);
  const each = steps.map((step) => {
    const shapes = step.arguments.map((id) => valueOf(program, id).shape);
    const size = sizeOf(valueOf(program, step.result).shape);
    return { size, flops: derivatives * primitiveOf(step.primitive).flops(step.attributes, shapes) };
  });
  const isProduct = ({ size, flops }: { size: number; flops: number }): boolean => flops > PRODUCT_INTENSITY * size;
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    flops: sum(each.map(({ flops }) => flops)),
    productFlops: sum(each.filter(isProduct).map(({ flops }) => flops)),
    passes: sum(each.map((one) => one.size * (isProduct(one) ? derivatives : PASSES[order]))),
    widest: each.reduce((widest, { size }) => Math.max(widest, size), 1),
  };
}

/** One evaluation of the whole program. */
export const forwardCost = (program: Program): Cost => costOf(program, stepsOf(program), 0);

/** One cotangent pulled from the output back through the whole program. */
export const reverseCost = (program: Program): Cost => costOf(program, stepsOf(program), 1);

/** One direction pushed from a value to the output, with `order` derivatives. */
export function jetCost(program: Program, start: ValueId, order: 1 | 2): Cost {
  const reached = dependents(program, start);
  const steps = stepsOf(program).filter((step) => step.arguments.some((id) => reached.has(id)));
  return costOf(program, startsSparse(program, start, steps), order);
}

/** The first product of a one-hot direction is a row of its kernel, which costs nothing to speak of. */
function startsSparse(program: Program, start: ValueId, steps: readonly Step[]): readonly Step[] {
  const first = steps.findIndex(({ primitive }) => primitive === 'matMul');
  return first < 0 || !valueOf(program, start).batched ? steps : steps.filter((_, index) => index > first);
}

/** Elements of all values of one example that a trace keeps. */
export const traceSize = (program: Program): number =>
  stepsOf(program).reduce((sum, step) => sum + sizeOf(valueOf(program, step.result).shape), 0) +
  program.inputs.reduce((sum, id) => sum + sizeOf(valueOf(program, id).shape), 0);
