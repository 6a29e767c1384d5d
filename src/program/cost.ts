import { type Shape, sameShape, sizeOf } from '../kernels/kernels.js';
import { type PrimitiveName, primitiveOf } from './primitives/index.js';
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
 * One direction pushed from a value to the output, with `order` derivatives. As long as the tangent touches one element
 * a step costs nothing to speak of; one that touches one channel costs the share of that channel.
 */
export function jetCost(program: Program, start: ValueId, order: 1 | 2): Cost {
  const reached = dependents(program, start);
  const reaches = new Map<ValueId, Reach>([[start, 'element']]);
  const costs: StepCost[] = [];
  for (const step of stepsOf(program)) {
    const varying = step.arguments.filter((id) => reached.has(id));
    const [from, second] = varying;
    if (from === undefined) continue;
    const before = second === undefined ? (reaches.get(from) as Reach) : 1;
    const after = second === undefined ? reachAfter(program, step, from, before) : 1;
    reaches.set(step.result, after);
    if (after === 'element') continue;
    const { size, flops } = stepCost(program, step, order);
    costs.push({ size: size / after, flops: before === 'element' ? size / after : flops / Math.max(before, after) });
  }
  return sumUp(costs, order);
}

/** Where a tangent may be other than zero: in one element, or in one of so many channels (1: everywhere). */
type Reach = 'element' | number;

const KEEPS_CHANNELS: readonly PrimitiveName[] = ['take', 'reduceSum', 'reduceMax', 'transpose', 'add', 'multiply'];

function reachAfter(program: Program, step: Step, from: ValueId, before: Reach): Reach {
  const { primitive, result } = step;
  const [own, shape] = [valueOf(program, from).shape, valueOf(program, result).shape];
  if (['elementwise', 'affine', 'reshape'].includes(primitive)) return before;
  if (before === 'element') return reachOfElement(step, from, own, shape);
  const keeps = KEEPS_CHANNELS.includes(primitive) && (own.at(-1) ?? 1) % before === 0 && own.at(-1) === shape.at(-1);
  return keeps ? before : 1;
}

function reachOfElement({ primitive, arguments: args }: Step, from: ValueId, own: Shape, shape: Shape): Reach {
  if (primitive === 'matMul') return from === args[1] ? (shape.at(-1) ?? 1) : 1;
  if (!['add', 'multiply'].includes(primitive)) return 1;
  return sameShape(own, shape) ? 'element' : sizeOf(own);
}

/** Elements of all values of one example that a trace keeps. */
export const traceSize = (program: Program): number =>
  stepsOf(program).reduce((sum, step) => sum + sizeOf(valueOf(program, step.result).shape), 0) +
  program.inputs.reduce((sum, id) => sum + sizeOf(valueOf(program, id).shape), 0);
