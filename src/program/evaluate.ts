import { type Kernels, type Shape, type Tensor, sizeOf } from '../kernels/kernels.js';
import { checkPrimal } from './check-shapes.js';
import type { Liveness } from './liveness.js';
import { type Program, type Step, type ValueId, stepsOf, valueOf } from './program.js';
import type { Jet, RuleContext, Tangent } from './primitives/primitive.js';
import { primitiveOf } from './primitives/index.js';

/** The primal values of a program for one batch that interpreters which differentiate read. Must be freed. */
export class Trace {
  readonly kernels: Kernels;
  readonly program: Program;
  readonly batch: number;
  readonly #primals = new Map<ValueId, Tensor>();
  readonly #kept = new Map<string, Tensor>();
  /** Tensors that are freed with the trace, and the number of values that each is. */
  readonly #owned = new Map<Tensor, number>();

  constructor(kernels: Kernels, program: Program, batch: number) {
    this.kernels = kernels;
    this.program = program;
    this.batch = batch;
  }

  /** [B, …s], or [1, …s] for values that do not depend on an input. @throws RangeError where the value is not held */
  primal(id: ValueId): Tensor {
    const tensor = this.#primals.get(id);
    if (tensor === undefined) throw new RangeError(`value ${id} is not held`);
    return tensor;
  }

  /** The same, or null where the value is not held. */
  held(id: ValueId): Tensor | null {
    return this.#primals.get(id) ?? null;
  }

  set(id: ValueId, tensor: Tensor, owned: boolean): void {
    this.#primals.set(id, tensor);
    if (owned) this.#owned.set(this.kernels.keep(tensor), (this.#owned.get(tensor) ?? 0) + 1);
  }

  /** Frees a value that nothing will read. A rule may have returned the same tensor, which then remains. */
  release(id: ValueId): void {
    const tensor = this.primal(id);
    this.#primals.delete(id);
    const uses = (this.#owned.get(tensor) ?? 0) - 1;
    if (uses > 0) this.#owned.set(tensor, uses);
    else if (this.#owned.delete(tensor)) this.kernels.free(tensor);
  }

  jet(id: ValueId, tangent: Tangent | null): Jet {
    const primalOf = (): Tensor => this.primal(id);
    return {
      get primal() {
        return primalOf();
      },
      shape: valueOf(this.program, id).shape,
      tangent,
    };
  }

  context(step: Step, order: 1 | 2 = 2): RuleContext<object> {
    const { kernels, program } = this;
    return {
      kernels,
      order,
      attributes: step.attributes,
      shapes: step.arguments.map((id) => valueOf(program, id).shape),
      shape: valueOf(program, step.result).shape,
      once: (key, make) => this.#once(`${step.result} ${key}`, make),
    };
  }

  free(): void {
    this.kernels.free([...this.#owned.keys()]);
  }

  #once(key: string, make: () => Tensor): Tensor {
    const known = this.#kept.get(key);
    if (known) return known;
    const made = this.kernels.keep(make());
    this.#kept.set(key, made);
    this.#owned.set(made, 1);
    return made;
  }
}

/** Weights and constants of a program as tensors [1, …s], uploaded once for all batches. */
export function uploadConstants(kernels: Kernels, program: Program): Map<ValueId, Tensor> {
  const tensors = new Map<ValueId, Tensor>();
  const needed = new Set([program.output, ...stepsOf(program).flatMap((step) => step.arguments)]);
  for (const id of needed) {
    const { origin, shape } = valueOf(program, id);
    if (origin.kind === 'weight') tensors.set(id, kernels.tensor(origin.weight.values, [1, ...shape]));
    if (origin.kind === 'constant') tensors.set(id, kernels.tensor(origin.values, [1, ...shape]));
  }
  return tensors;
}

/**
 * Runs the program forward. `inputs[i]` holds the i-th input's `batch` examples, row-major. Values that `liveness` does
 * not keep are freed on the way; without it, all are held. The trace must be freed.
 */
export function evaluate(
  kernels: Kernels,
  program: Program,
  constants: ReadonlyMap<ValueId, Tensor>,
  inputs: readonly ArrayLike<number>[],
  batch: number,
  liveness: Liveness | null = null,
): Trace {
  const trace = new Trace(kernels, program, batch);
  try {
    fill(trace, constants, inputs, liveness);
    return trace;
  } catch (error) {
    trace.free();
    throw error;
  }
}

function fill(
  trace: Trace,
  constants: ReadonlyMap<ValueId, Tensor>,
  inputs: readonly ArrayLike<number>[],
  liveness: Liveness | null,
): void {
  const { kernels, program, batch } = trace;
  constants.forEach((tensor, id) => {
    trace.set(id, tensor, false);
  });
  program.inputs.forEach((id, index) => {
    const shape: Shape = [batch, ...valueOf(program, id).shape];
    const values = inputs[index];
    if (values?.length !== sizeOf(shape)) throw new RangeError(`input ${index} does not hold [${shape}] numbers`);
    trace.set(id, kernels.tensor(values, shape), true);
  });
  for (const step of stepsOf(program)) {
    kernels.scope(() => {
      const primals = step.arguments.map((id) => trace.primal(id));
      const primal = primitiveOf(step.primitive).evaluate(trace.context(step), primals);
      checkPrimal(step, primal, valueOf(program, step.result).shape, batch);
      trace.set(step.result, primal, true);
    });
    liveness?.released.get(step.result)?.forEach((id) => {
      trace.release(id);
    });
  }
}
