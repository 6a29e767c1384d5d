import { sameShape } from '../../kernels/kernels.js';
import type { PrimitiveName } from '../../program/primitives/index.js';
import { type Program, type Step, type ValueId, stepsOf, valueOf } from '../../program/program.js';
import type { Route } from './types.js';

/** Where the parameters of a weight enter the network. */
export function routeOf(program: Program, uses: Uses, weight: ValueId): Route {
  const direct: Route = { kind: 'diagonal', start: weight, factor: null };
  const used = throughReshapes(program, uses, weight);
  const [use, second] = uses.get(used) ?? [];
  if (!use || second) return direct;
  const found = ruleOf(program, use, used);
  return found ? { ...found, start: pastAdditions(program, uses, found.start) } : direct;
}

/** Steps that read each value; a step that reads it twice is there twice. */
export type Uses = ReadonlyMap<ValueId, readonly Step[]>;

/** Who reads what in a program. */
export function usesOf(program: Program): Uses {
  const uses = new Map<ValueId, Step[]>();
  for (const step of stepsOf(program)) {
    for (const id of step.arguments) {
      const known = uses.get(id);
      if (known) known.push(step);
      else uses.set(id, [step]);
    }
  }
  return uses;
}

function throughReshapes(program: Program, uses: Uses, id: ValueId): ValueId {
  const [use, second] = uses.get(id) ?? [];
  return use?.primitive === 'reshape' && !second ? throughReshapes(program, uses, use.result) : id;
}

/** The route through the only step that uses a weight, if each parameter is used once per input there. */
function ruleOf(program: Program, use: Step, weight: ValueId): Route | null {
  const other = use.arguments.find((id) => id !== weight);
  if (other === undefined || !valueOf(program, use.result).batched) return null;
  return rules[use.primitive]?.(program, use, weight, other) ?? null;
}

type Rule = (program: Program, use: Step, weight: ValueId, other: ValueId) => Route | null;

const shapeOf = (program: Program, id: ValueId): readonly number[] => valueOf(program, id).shape;

/** By primitive: how a parameter's derivatives come from those of the result, where it meets only one of its units. */
const rules: Partial<Record<PrimitiveName, Rule>> = {
  add: (program, { result }, weight) =>
    sizeEqual(shapeOf(program, weight), shapeOf(program, result))
      ? { kind: 'diagonal', start: result, factor: null }
      : null,
  multiply: (program, { result }, weight, other) =>
    sizeEqual(shapeOf(program, weight), shapeOf(program, result)) &&
    sameShape(shapeOf(program, other), shapeOf(program, result))
      ? { kind: 'diagonal', start: result, factor: other }
      : null,
  matMul: (program, { result }, _, other) =>
    shapeOf(program, result).length === 1 && valueOf(program, other).batched
      ? { kind: 'outer', start: result, factor: other }
      : null,
};

const sizeEqual = (left: readonly number[], right: readonly number[]): boolean =>
  left.reduce((a, b) => a * b, 1) === right.reduce((a, b) => a * b, 1);

/** Adding something that does not depend on a value leaves its derivatives; following such steps lets weights share. */
function pastAdditions(program: Program, uses: Uses, start: ValueId): ValueId {
  const [use, second] = uses.get(start) ?? [];
  if (!use || second || use.primitive !== 'add') return start;
  if (!sameShape(valueOf(program, use.result).shape, valueOf(program, start).shape)) return start;
  return pastAdditions(program, uses, use.result);
}
