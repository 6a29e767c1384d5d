import {
  type Kernels,
  type Shape,
  type Tensor,
  type Values,
  broadcastShape,
  sizeOf,
} from '../../src/kernels/kernels.js';
import { checkCotangent, checkPrimal, checkTangent } from '../../src/program/check-shapes.js';
import type { Jet, Primitive, PrimitiveExample, RuleContext, Tangent } from '../../src/program/primitives/primitive.js';
import { type PrimitiveName, primitiveOf, primitives } from '../../src/program/primitives/index.js';
import { densify } from '../../src/program/primitives/rules/tangents.js';
import { isRead } from '../../src/program/liveness.js';
import { LARGEST_STEP } from './differences.js';
import type { Random } from './random.js';

export const BATCH = 3;
export const DIRECTIONS = 2;

/** An array outside of any backend. */
export interface Numbers {
  readonly shape: Shape;
  readonly values: Values;
}

/** A dense tangent, outside of any backend. */
export interface Direction {
  readonly first: Numbers;
  readonly second: Numbers | null;
}

const upload = (kernels: Kernels, { values, shape }: Numbers): Tensor => kernels.tensor(values, shape);
const download = (kernels: Kernels, tensor: Tensor): Numbers => ({
  shape: tensor.shape,
  values: Float64Array.from(kernels.read(tensor)),
});

/** One example of one primitive, ready to be computed with. */
export class PrimitiveCase {
  readonly name: string;
  readonly title: string;
  readonly rules: Primitive<object>;
  readonly example: PrimitiveExample<object>;

  constructor(name: string, rules: Primitive<object>, example: PrimitiveExample<object>) {
    const shapes = example.shapes.map((shape) => `[${shape}]`).join(' ');
    this.title = `${name} ${JSON.stringify(example.attributes)} ${shapes}`;
    this.name = name;
    this.rules = rules;
    this.example = example;
  }

  get #place(): { primitive: string; layer: string } {
    return { primitive: this.title, layer: 'test' };
  }

  get attributes(): object {
    return this.example.attributes;
  }

  get shapes(): readonly Shape[] {
    return this.example.shapes;
  }

  get shape(): Shape {
    return this.rules.shape(this.attributes, this.shapes);
  }

  get listsKinks(): boolean {
    return this.example.kinks !== undefined;
  }

  /** Examples of an argument: one for all where it does not vary with the batch. */
  examplesOf(argument: number): number {
    return this.example.unbatched?.includes(argument) ? 1 : BATCH;
  }

  /** Arguments, by position, along which there are derivatives. */
  get differentiated(): number[] {
    return [...this.shapes.keys()].filter((k) => this.example.integers?.[k] === undefined);
  }

  /** Every non-empty set of them. */
  varyings(): number[][] {
    const all = this.differentiated;
    return Array.from({ length: 2 ** all.length - 1 }, (_, bits) => all.filter((_, k) => (bits + 1) & (1 << k)));
  }

  context(kernels: Kernels, order: 1 | 2 = 2): RuleContext<object> {
    const kept = new Map<string, Tensor>();
    const once = (key: string, make: () => Tensor): Tensor => {
      const tensor = kept.get(key) ?? make();
      kept.set(key, tensor);
      return tensor;
    };
    return { kernels, order, attributes: this.attributes, shapes: this.shapes, shape: this.shape, once };
  }

  evaluate(kernels: Kernels, primals: readonly Numbers[]): Numbers {
    const tensors = primals.map((primal) => upload(kernels, primal));
    const primal = this.rules.evaluate(this.context(kernels), tensors);
    checkPrimal(this.#place, primal, this.shape, BATCH);
    return download(kernels, primal);
  }

  /** Pushes tangents (null: the argument does not vary) and writes the result out. */
  push(
    kernels: Kernels,
    primals: readonly Numbers[],
    tangents: readonly (Tangent | null)[],
    order: 1 | 2 = 2,
  ): Direction {
    const varying = [...tangents.keys()].filter((k) => tangents[k]);
    const held = this.#held(kernels, primals, varying);
    const jets = held.map((primal, k): Jet => ({
      get primal() {
        if (!primal) throw new Error(`argument ${k} is read although derivativesRead does not say so`);
        return primal;
      },
      shape: this.shapes[k]!,
      tangent: tangents[k] ?? null,
    }));
    const tangent = this.rules.push(this.context(kernels, order), jets);
    const directions = Math.max(...tangents.flatMap((one) => (one ? [directionsOf(one)] : [])));
    checkTangent(this.#place, tangent, this.shape, directions, BATCH);
    const pushed = densify(kernels, tangent, this.shape);
    return { first: download(kernels, pushed.first), second: pushed.second && download(kernels, pushed.second) };
  }

  /** The primals that rules may read, given the arguments that vary; null for the others. */
  #held(kernels: Kernels, primals: readonly Numbers[], varying: readonly number[]): (Tensor | null)[] {
    const { derivativesRead } = this.rules;
    return primals.map((primal, k) => (isRead(derivativesRead, k, varying) ? upload(kernels, primal) : null));
  }

  pull(kernels: Kernels, primals: readonly Numbers[], cotangent: Numbers, argument: number): Numbers {
    const held = this.#held(kernels, primals, [argument]);
    const from = upload(kernels, cotangent);
    const pulled = this.rules.pull(this.context(kernels, 1), held, from, argument);
    checkCotangent(this.#place, pulled, this.shapes[argument]!, from);
    return download(kernels, pulled);
  }

  /** Arguments from the example's range, away from its kinks and from each other where they could tie. */
  primals(random: Random): Numbers[] {
    const { range = [-2, 2], kinks, integers } = this.example;
    const shapes = this.shapes.map((shape, k) => [this.examplesOf(k), ...shape]);
    const ties = this.rules.bend(this.attributes, this.differentiated).kinked && kinks === undefined;
    const count = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
    const all = ties ? apart(random, count, range) : awayFrom(random, count, range, kinks ?? []);
    let at = 0;
    return shapes.map((shape, k) => {
      const values = Float32Array.from(all.slice(at, (at += sizeOf(shape))));
      const below = integers?.[k];
      return { shape, values: below === undefined ? values : values.map(() => random.integer(below)) };
    });
  }
}

const directionsOf = (tangent: Tangent): number =>
  tangent.kind === 'dense'
    ? tangent.first.shape[0]!
    : (tangent.kind === 'sparse' ? tangent.indices : tangent.channels).length;

/** How far a value moves at most while derivatives are checked, with room. */
const MARGIN = 2 * LARGEST_STEP;

function awayFrom(
  random: Random,
  count: number,
  [low, high]: readonly [number, number],
  kinks: readonly number[],
): number[] {
  const one = (): number => {
    const value = random.between(low, high);
    return kinks.some((kink) => Math.abs(value - kink) < MARGIN) ? one() : value;
  };
  return Array.from({ length: count }, one);
}

/** Numbers of which no two are close, in random order; the range is widened where they would not fit into it. */
function apart(random: Random, count: number, [low, high]: readonly [number, number]): number[] {
  const spacing = Math.max((high - low) / count, 2 * MARGIN);
  const middle = (low + high) / 2;
  const numbers = Array.from({ length: count }, (_, k) => middle + spacing * (k - count / 2 + 0.5 * random.next()));
  return random.shuffled(numbers);
}

/** Tangents of the arguments that vary: random, with a second derivative or without. */
export function directions(
  one: PrimitiveCase,
  random: Random,
  varying: readonly number[],
  options: { batched?: boolean; bent?: boolean; count?: number } = {},
): (Direction | null)[] {
  const { batched = true, bent = true, count = DIRECTIONS } = options;
  return one.shapes.map((shape, k) => {
    if (!varying.includes(k)) return null;
    const full = [count, batched ? one.examplesOf(k) : 1, ...shape];
    const draw = (): Numbers => ({ shape: full, values: random.values(full) });
    return { first: draw(), second: bent ? draw() : null };
  });
}

export const toTangent = (kernels: Kernels, direction: Direction | null): Tangent | null =>
  direction && {
    kind: 'dense',
    first: upload(kernels, direction.first),
    second: direction.second && upload(kernels, direction.second),
  };

/** One direction's part of an array [D, …], as [1, …]. */
export function slice({ values, shape }: Numbers, d: number): Numbers {
  const size = sizeOf(shape.slice(1));
  return { shape: [1, ...shape.slice(1)], values: values.slice(d * size, (d + 1) * size) };
}

/** Elements of an array written out as a wider shape of the same rank. */
export function broadcastTo({ values, shape }: Numbers, wanted: Shape): Float64Array {
  if (broadcastShape(shape, wanted).join() !== wanted.join()) throw new Error(`[${shape}] does not fit [${wanted}]`);
  if (values.length === sizeOf(wanted)) return Float64Array.from(values);
  return Float64Array.from({ length: sizeOf(wanted) }, (_, flat) => {
    let rest = flat;
    let from = 0;
    let stride = 1;
    for (let axis = wanted.length - 1; axis >= 0; axis--) {
      const position = rest % wanted[axis]!;
      rest = Math.floor(rest / wanted[axis]!);
      from += shape[axis] === 1 ? 0 : position * stride;
      stride *= shape[axis]!;
    }
    return Number(values[from]);
  });
}

export const primitiveNames = Object.keys(primitives) as PrimitiveName[];

export const casesOf = (name: PrimitiveName): PrimitiveCase[] =>
  primitiveOf(name).examples.map((example) => new PrimitiveCase(name, primitiveOf(name), example));
