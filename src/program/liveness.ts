import { sizeOf } from '../kernels/kernels.js';
import { primitiveOf } from './primitives/index.js';
import type { DerivativesRead } from './primitives/primitive.js';
import { type Program, type Step, type ValueId, dependents, stepsOf, valueOf } from './program.js';

/** Which values of one evaluation are held, and until when. */
export interface Liveness {
  /** Values that are read after the evaluation: they are held until the trace is freed. */
  readonly kept: ReadonlySet<ValueId>;
  /** For each step, by its result: other values that no later step reads. */
  readonly released: ReadonlyMap<ValueId, readonly ValueId[]>;
}

/** What an evaluation must hold for derivatives along the values `starts`; `others` are read besides. */
export function livenessOf(program: Program, starts: readonly ValueId[], others: readonly ValueId[]): Liveness {
  const steps = stepsOf(program);
  const reached = dependents(program, starts);
  const kept = new Set([program.output, ...others, ...steps.flatMap((step) => primalsRead(step, reached))]);
  const lastUse = new Map(steps.flatMap((step) => step.arguments.map((id) => [id, step.result])));
  const released = new Map<ValueId, ValueId[]>();
  for (const [id, step] of lastUse) {
    const { kind } = valueOf(program, id).origin;
    if (kept.has(id) || kind === 'weight' || kind === 'constant') continue;
    released.set(step, [...(released.get(step) ?? []), id]);
  }
  return { kept, released };
}

/** The arguments whose primals the derivative rules of a step read, given the values that vary. */
function primalsRead(step: Step, reached: ReadonlySet<ValueId>): ValueId[] {
  const varying = step.arguments.flatMap((id, position) => (reached.has(id) ? [position] : []));
  const { derivativesRead } = primitiveOf(step.primitive);
  return step.arguments.filter((_, position) => isRead(derivativesRead, position, varying));
}

/** Whether rules read the primal of the argument at `position`, given the positions of those that vary. */
export function isRead(derivativesRead: DerivativesRead, position: number, varying: readonly number[]): boolean {
  if (derivativesRead === 'nothing' || varying.length === 0) return false;
  return derivativesRead === 'all' || varying.some((argument) => argument !== position);
}

/** Elements of one example that an evaluation holds at the same time, at most, weights and constants apart. */
export function heldElements(program: Program, { released }: Liveness): number {
  const blocks = new Blocks(program);
  program.inputs.forEach((id) => {
    blocks.add(id);
  });
  for (const { result } of stepsOf(program)) {
    blocks.add(result);
    released.get(result)?.forEach((id) => {
      blocks.remove(id);
    });
  }
  return blocks.most;
}

/** Memory blocks by the values in them: a reshaped value shares that of its argument. */
class Blocks {
  readonly #program: Program;
  readonly #owners = new Map<ValueId, ValueId>();
  readonly #uses = new Map<ValueId, number>();
  #held = 0;
  most = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  add(id: ValueId): void {
    const owner = this.#ownerOf(id);
    this.#owners.set(id, owner);
    const uses = this.#uses.get(owner) ?? 0;
    this.#uses.set(owner, uses + 1);
    if (uses === 0) this.#held += this.#sizeOf(owner);
    this.most = Math.max(this.most, this.#held);
  }

  remove(id: ValueId): void {
    const owner = this.#owners.get(id)!;
    const uses = this.#uses.get(owner)! - 1;
    this.#uses.set(owner, uses);
    if (uses === 0) this.#held -= this.#sizeOf(owner);
  }

  #ownerOf(id: ValueId): ValueId {
    const { origin } = valueOf(this.#program, id);
    if (origin.kind !== 'step' || !primitiveOf(origin.step.primitive).sharesMemory) return id;
    const [argument] = origin.step.arguments as [ValueId];
    return this.#owners.get(argument) ?? argument;
  }

  #sizeOf(id: ValueId): number {
    const { shape, origin } = valueOf(this.#program, id);
    return origin.kind === 'weight' || origin.kind === 'constant' ? 0 : sizeOf(shape);
  }
}
