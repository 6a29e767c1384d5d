import type { Kernels, Tensor } from '../kernels/kernels.js';
import { checkCotangent } from './check-shapes.js';
import type { Trace } from './evaluate.js';
import { primitiveOf } from './primitives/index.js';
import { type Step, type ValueId, dependents, stepsOf, valueOf } from './program.js';

/**
 * Reverse pass: the cotangents [K, B, …s] of every wanted value, from `seeds`, cotangents [K, O] or [K, B, O] of the
 * flattened output. Cotangents are separate for each example, also those of weights. The result has no entry for wanted
 * values that the output does not depend on.
 */
export function cotangentsFrom(trace: Trace, seeds: Tensor, wanted: readonly ValueId[]): Map<ValueId, Tensor> {
  const { kernels, program, batch } = trace;
  // No other value depends on a wanted one, so no other cotangents are needed.
  const needed = dependents(program, wanted);
  const results = kernels.scope(() => {
    const { shape } = valueOf(program, program.output);
    const examples = seeds.shape.length === 3 ? batch : 1;
    const seed = kernels.reshape(seeds, [seeds.shape[0] ?? 0, examples, ...shape]);
    const cotangents = new Map<ValueId, Tensor>();
    cotangents.set(program.output, kernels.add(seed, kernels.fill([1, batch, ...shape.map(() => 1)], 0)));
    for (const step of stepsOf(program).reverse()) {
      pullStep(trace, step, cotangents, needed);
      if (!wanted.includes(step.result)) release(kernels, cotangents, step.result);
    }
    return wanted.map((id) => cotangents.get(id) ?? null);
  });
  return new Map(wanted.flatMap((id, k) => (results[k] ? [[id, results[k]]] : [])));
}

function pullStep(trace: Trace, step: Step, cotangents: Map<ValueId, Tensor>, needed: Set<ValueId>): void {
  const cotangent = cotangents.get(step.result);
  if (!cotangent) return;
  const primals = step.arguments.map((id) => trace.held(id));
  step.arguments.forEach((id, argument) => {
    if (!needed.has(id)) return;
    const known = cotangents.get(id);
    // A scope for each rule: its intermediate tensors are freed before the next rule runs.
    const sum = trace.kernels.scope(() => {
      const pulled = primitiveOf(step.primitive).pull(trace.context(step, 1), primals, cotangent, argument);
      checkCotangent(step, pulled, valueOf(trace.program, id).shape, cotangent);
      return known ? trace.kernels.add(known, pulled) : pulled;
    });
    cotangents.set(id, sum);
    if (known && ![...cotangents.values()].includes(known)) trace.kernels.free(known);
  });
}

/** Frees the cotangent of a step's result after the step was pulled. */
function release(kernels: Kernels, cotangents: Map<ValueId, Tensor>, id: ValueId): void {
  const cotangent = cotangents.get(id);
  cotangents.delete(id);
  if (cotangent && ![...cotangents.values()].includes(cotangent)) kernels.free(cotangent);
}
