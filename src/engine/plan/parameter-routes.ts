import { sameShape } from '../../kernels/kernels.js';
import { primitiveOf } from '../../program/primitives/index.js';
import type { ParameterEntry } from '../../program/primitives/primitive.js';
import { type Program, type Step, type ValueId, stepsOf, valueOf } from '../../program/program.js';
import type { Route } from './types.js';

/** Where the parameters of a weight enter the network. */
export function routeOf(program: Program, uses: Uses, weight: ValueId): Route {
  const direct: Route = { kind: 'diagonal', start: weight, factor: null };
  const used = throughReshapes(program, uses, weight);
  const [use, second] = uses.get(used) ?? [];
  if (!use || second) return direct;
  const found = routeThrough(program, use, used);
  return found ? { ...found, start: pastAdditions(program, uses, found.start) } : direct;
}

/** Steps that read each value; a step that reads it twice is there twice. */
export type Uses = ReadonlyMap<ValueId, readonly Step[]>;

/** The steps that read each value of a program. */
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
  const keepsOrder = use !== undefined && primitiveOf(use.primitive).keepsOrder && !second;
  return keepsOrder ? throughReshapes(program, uses, use.result) : id;
}

/** The route through the only step that uses a weight, if each parameter is used once per input there. */
function routeThrough(program: Program, use: Step, weight: ValueId): Route | null {
  const { result, arguments: args } = use;
  if (!valueOf(program, result).batched) return null;
  const entry = entryOf(program, use, weight);
  if (entry === null) return null;
  return { kind: entry.kind, start: result, factor: entry.factor === null ? null : args[entry.factor]! };
}

/** How the elements of one argument enter the result of a step. */
function entryOf(
  program: Program,
  { primitive, arguments: args, result }: Step,
  argument: ValueId,
): ParameterEntry | null {
  const shapes = args.map((id) => valueOf(program, id).shape);
  return (
    primitiveOf(primitive).parameterEntry?.(args.indexOf(argument), shapes, valueOf(program, result).shape) ?? null
  );
}

/** Adding a value that does not depend on `start` keeps the derivatives: weights behind such steps share a start. */
function pastAdditions(program: Program, uses: Uses, start: ValueId): ValueId {
  const [use, second] = uses.get(start) ?? [];
  if (!use || second) return start;
  const entry = entryOf(program, use, start);
  if (entry?.kind !== 'diagonal' || entry.factor !== null) return start;
  if (!sameShape(valueOf(program, use.result).shape, valueOf(program, start).shape)) return start;
  return pastAdditions(program, uses, use.result);
}
