import type { Shape, Values } from '../kernels/kernels.js';
import type { PrimitiveName } from './primitives/index.js';

/** Index of a value in `Program.values`. Arguments always come before results. */
export type ValueId = number;

/**
 * A value of a program. `shape` is that of one example, without the batch axis. Values that do not depend on an input
 * (weights, constants, what is computed from them) are not `batched` and are the same for all examples.
 */
export interface Value {
  readonly shape: Shape;
  readonly batched: boolean;
  readonly origin: Origin;
}

export type Origin =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'weight'; readonly weight: Weight }
  | { readonly kind: 'constant'; readonly values: Values }
  | { readonly kind: 'step'; readonly step: Step };

/** A weight tensor of the model as the program uses it. `layer` is the path of the layer that owns it. */
export interface Weight {
  readonly name: string;
  readonly layer: string;
  readonly shape: Shape;
  readonly trainable: boolean;
  readonly values: Values;
}

/** One primitive operation. `label` is its name in reports; by default that of the primitive. */
export interface Step {
  readonly primitive: PrimitiveName;
  readonly attributes: object;
  readonly arguments: readonly ValueId[];
  readonly result: ValueId;
  readonly layer: string;
  readonly label: string;
}

/** A straight-line list of primitive operations. All other modules of this folder build or interpret programs. */
export interface Program {
  readonly values: readonly Value[];
  readonly inputs: readonly ValueId[];
  readonly output: ValueId;
}

export function valueOf(program: Program, id: ValueId): Value {
  const value = program.values[id];
  if (value === undefined) throw new RangeError(`no value ${id} in the program`);
  return value;
}

/** The steps that the output needs, in order. */
export function stepsOf(program: Program): Step[] {
  const needed = new Set([program.output]);
  const steps: Step[] = [];
  for (let id = program.output; id >= 0; id--) {
    const { origin } = valueOf(program, id);
    if (!needed.has(id) || origin.kind !== 'step') continue;
    steps.push(origin.step);
    origin.step.arguments.forEach((argument) => needed.add(argument));
  }
  return steps.reverse();
}

/** The weights that the output depends on, with their values, in the order in which the layers were lowered. */
export function weightsOf(program: Program): { id: ValueId; weight: Weight }[] {
  const used = new Set(stepsOf(program).flatMap((step) => step.arguments));
  return program.values.flatMap(({ origin }, id) =>
    origin.kind === 'weight' && used.has(id) ? [{ id, weight: origin.weight }] : [],
  );
}

/** Ids of the values that depend on one of `starts`, themselves included. */
export function dependents(program: Program, starts: readonly ValueId[]): Set<ValueId> {
  const reached = new Set(starts);
  for (const step of stepsOf(program)) {
    if (step.arguments.some((argument) => reached.has(argument))) reached.add(step.result);
  }
  return reached;
}
