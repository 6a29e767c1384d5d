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

/** What a walk does: evaluate; pull cotangents to both arguments; push first, or first and second derivatives. */
type Walk = 'forward' | 'reverse' | 'first' | 'second';

/** Products that a rule makes, each of the size of an evaluation. */
const PRODUCTS: Readonly<Record<Walk, number>> = { forward: 1, reverse: 2, first: 1, second: 2 };
/** Passes over each element that a rule makes which is no product. */
const PASSES: Readonly<Record<Walk, number>> = { forward: 2, reverse: 4, first: 2, second: 5 };
/** Passes that one of these is worth: shapes change for nothing, and windows are copied row by row. */
const WEIGHTS: Partial<Record<PrimitiveName, number>> = { reshape: 0, take: 4 };

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
  const flops = PRODUCTS[walk] * primitiveOf(step.primitive).flops(step.attributes, shapes);
  const isProduct = flops > PRODUCT_INTENSITY * PRODUCTS[walk] * whole;
  const passes = isProduct ? PRODUCTS[walk] : PASSES[walk] * (WEIGHTS[step.primitive] ?? 1);
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
 * One direction pushed from a value to the output, with `order` derivatives. As long as the tangent touches one element
 * a step costs nothing to speak of; one that touches one channel costs the share of that channel.
 */
export function jetCost(program: Program, start: ValueId, order: 1 | 2): Cost {
  const reached = dependents(program, [start]);
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
    // Through the first product a tangent of one element writes a row or a column of the kernel.
    const productShare = before === 'element' ? Infinity : Math.max(before, after);
    costs.push(stepCost(program, step, order === 2 ? 'second' : 'first', after, productShare));
  }
  return sumUp(costs);
}

/** Where a tangent may be other than zero: in one element, or in one of so many channels (1: everywhere). */
type Reach = 'element' | number;

const KEEPS_ELEMENTS: readonly PrimitiveName[] = ['elementwise', 'affine', 'reshape'];
const KEEPS_CHANNELS: readonly PrimitiveName[] = [
  'take',
  'slice',
  'reduceSum',
  'reduceMax',
  'transpose',
  'add',
  'multiply',
];

function reachAfter(program: Program, step: Step, from: ValueId, before: Reach): Reach {
  const { primitive, result } = step;
  const [own, shape] = [valueOf(program, from).shape, valueOf(program, result).shape];
  if (KEEPS_ELEMENTS.includes(primitive)) return before;
  if (before === 'element') return reachOfElement(step, from, own, shape);
  const keeps = KEEPS_CHANNELS.includes(primitive) && (own.at(-1) ?? 1) % before === 0 && own.at(-1) === shape.at(-1);
  return keeps ? before : 1;
}

function reachOfElement({ primitive, arguments: args }: Step, from: ValueId, own: Shape, shape: Shape): Reach {
  if (primitive === 'slice') return 'element';
  if (['matMul', 'lookup'].includes(primitive)) return from === args[1] ? (shape.at(-1) ?? 1) : 1;
  if (!['add', 'multiply'].includes(primitive)) return 1;
  return sameShape(own, shape) ? 'element' : sizeOf(own);
}

/** Elements of all values of one example that a trace keeps. */
export const traceSize = (program: Program): number =>
  stepsOf(program).reduce((sum, step) => sum + sizeOf(valueOf(program, step.result).shape), 0) +
  program.inputs.reduce((sum, id) => sum + sizeOf(valueOf(program, id).shape), 0);
