import { type Kernels, type Tensor, sizeOf } from '../kernels/kernels.js';
import { checkTangent } from './check-shapes.js';
import type { Trace } from './evaluate.js';
import { densify } from './primitives/rules/tangents.js';
import { primitiveOf } from './primitives/index.js';
import type { DenseTangent, Tangent } from './primitives/primitive.js';
import { type Program, type Step, type ValueId, dependents, stepsOf, valueOf } from './program.js';

/**
 * First and second derivative of the output along directions that each perturb one element of the value `start`:
 * `first` (J) and `second` (S; null: zero) are [D, B, O], or [D, 1, O] where they are the same for all examples.
 * Only the steps that depend on `start` are walked. With `order` 1 second derivatives are left out.
 * Source: Griewank and Walther, "Evaluating derivatives" (2008), chapter 13 (Taylor arithmetic).
 */
export function outputJets(
  trace: Trace,
  start: ValueId,
  indices: readonly number[],
  order: 1 | 2,
): { first: Tensor; second: Tensor | null } {
  const { kernels, program } = trace;
  const steps = stepsFrom(program, start);
  const lastUse = new Map(steps.flatMap((step) => step.arguments.map((id) => [id, step.result])));
  return kernels.scope(() => {
    const tangents = new Map<ValueId, Tangent>();
    tangents.set(start, { kind: 'sparse', indices, first: kernels.fill([1, indices.length], 1), second: null });
    for (const step of steps) {
      const jets = step.arguments.map((id) => trace.jet(id, tangents.get(id) ?? null));
      // A scope for each rule: its intermediate tensors are freed before the next rule runs.
      const push = (): Tangent => primitiveOf(step.primitive).push(trace.context(step, order), jets);
      const tangent = kernels.scope(push);
      checkTangent(step, tangent, valueOf(program, step.result).shape, indices.length, trace.batch);
      tangents.set(step.result, tangent);
      const done = step.arguments.filter((id) => lastUse.get(id) === step.result);
      release(kernels, tangents, done);
    }
    return flatten(kernels, tangents.get(program.output)!, valueOf(program, program.output).shape);
  });
}

function stepsFrom(program: Program, start: ValueId): Step[] {
  const reached = dependents(program, [start]);
  return stepsOf(program).filter((step) => step.arguments.some((id) => reached.has(id)));
}

/** Frees the tangents that no later step reads, so that a step needs memory for its arguments and its result only. */
function release(kernels: Kernels, tangents: Map<ValueId, Tangent>, done: readonly ValueId[]): void {
  const parts = (tangent: Tangent): Tensor[] => [tangent.first, ...(tangent.second ? [tangent.second] : [])];
  for (const id of done) {
    const tangent = tangents.get(id);
    tangents.delete(id);
    if (!tangent) continue;
    const inUse = new Set([...tangents.values()].flatMap(parts));
    kernels.free(parts(tangent).filter((part) => !inUse.has(part)));
  }
}

function flatten(
  kernels: Kernels,
  tangent: Tangent,
  shape: readonly number[],
): { first: Tensor; second: Tensor | null } {
  const dense: DenseTangent = densify(kernels, tangent, shape);
  const flat = (part: Tensor): Tensor => kernels.reshape(part, [...part.shape.slice(0, 2), sizeOf(shape)]);
  return { first: flat(dense.first), second: dense.second && flat(dense.second) };
}
