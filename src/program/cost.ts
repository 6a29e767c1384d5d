import { sameShape, sizeOf } from '../kernels/kernels.js';
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

interface StepCost {
  readonly size: number;
  readonly flops: number;
}

function stepCost(program: Program, step: Step, derivatives: number): StepCost {
  const shapes = step.arguments.map((id) => valueOf(program, id).shape);
  const flops = derivatives * primitiveOf(step.primitive).flops(step.attributes, shapes);
  return { size: sizeOf(valueOf(program, step.result).shape), flops };
}

function sumUp(steps: readonly StepCost[], order: 0 | 1 | 2): Cost {
  const derivatives = Math.max(order, 1);
  const isProduct = ({ size, flops }: StepCost): boolean => flops > PRODUCT_INTENSITY * size;
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    flops: sum(steps.map(({ flops }) => flops)),
    productFlops: sum(steps.filter(isProduct).map(({ flops }) => flops)),
    passes: sum(steps.map((one) => one.size * (isProduct(one) ? derivatives : PASSES[order]))),
    widest: steps.reduce((widest, { size }) => Math.max(widest, size), 1),
  };
}

const costOf = (program: Program, order: 0 | 1): Cost =>
  sumUp(
    stepsOf(program).map((step) => stepCost(program, step, 1)),
    order,
  );

/** One evaluation of the whole program. */
export const forwardCost = (program: Program): Cost => costOf(program, 0);

/** One cotangent pulled from the output back through the whole program. */
export const reverseCost = (program: Program): Cost => costOf(program, 1);

/**
 * One direction pushed from a value to the output, with `order` derivatives. As long as the tangent is sparse a step
 * costs nothing to speak of, and the first product writes a row of its kernel without multiplying.
 */
export function jetCost(program: Program, start: ValueId, order: 1 | 2): Cost {
  const reached = dependents(program, start);
  const costs: StepCost[] = [];
  let sparse = valueOf(program, start).batched;
  for (const step of stepsOf(program)) {
    const [from] = step.arguments.filter((id) => reached.has(id));
    if (from === undefined) continue;
    if (sparse && staysSparse(program, step, from)) continue;
    const cost = stepCost(program, step, order);
    costs.push(sparse && step.primitive === 'matMul' ? { ...cost, flops: 0 } : cost);
    sparse = false;
  }
  return sumUp(costs, order);
}

/** Element-wise steps keep directions that touch one element each as they are. */
function staysSparse(program: Program, { primitive, result }: Step, from: ValueId): boolean {
  if (['elementwise', 'affine', 'reshape'].includes(primitive)) return true;
  return (
    ['add', 'multiply'].includes(primitive) && sameShape(valueOf(program, from).shape, valueOf(program, result).shape)
  );
}

/** Elements of all values of one example that a trace keeps. */
export const traceSize = (program: Program): number =>
  stepsOf(program).reduce((sum, step) => sum + sizeOf(valueOf(program, step.result).shape), 0) +
  program.inputs.reduce((sum, id) => sum + sizeOf(valueOf(program, id).shape), 0);
