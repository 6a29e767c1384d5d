import { type Shape, type Tensor, sizeOf } from '../../src/kernels/kernels.js';
import type { Bend, Jet, Primitive, RuleContext } from '../../src/program/primitives/primitive.js';
import { type AttributesOf, type PrimitiveName, primitiveOf } from '../../src/program/primitives/index.js';
import { PrimitiveCase } from './primitive-cases.js';
import { Random } from './random.js';

/** An operation on a result of some shape. Its arguments are that result, perhaps several times, and constants. */
interface Successor {
  readonly primitive: PrimitiveName;
  readonly attributes: object;
  /** Shapes of the constants; null at the positions of the result. */
  readonly constants: readonly (Shape | null)[];
}

function successor<Name extends PrimitiveName>(
  primitive: Name,
  attributes: AttributesOf<Name>,
  constants: readonly (Shape | null)[] = [null],
): Successor {
  return { primitive, attributes, constants };
}

const axesOf = (shape: Shape): number[] => [...shape.keys()];
const lastOf = (shape: Shape): number => shape.length - 1;

/**
 * Every way in which an operation may read its argument: element by element, alone or with a value that is broadcast;
 * summed up, multiplied by a matrix, in another shape or order, in part, or beside others. None has a kink.
 */
const successors: Readonly<Record<string, (shape: Shape) => Successor>> = {
  tanh: () => successor('elementwise', { function: 'tanh', parameter: 0 }),
  'its square': () => successor('multiply', {}, [null, null]),
  'a product with a row': (shape) =>
    successor('multiply', {}, [shape.map((n, k) => (k === lastOf(shape) ? n : 1)), null]),
  'a product with a column': (shape) => successor('multiply', {}, [null, shape.with(-1, 1)]),
  'a sum with a row': (shape) => successor('add', {}, [null, shape.map((n, k) => (k === lastOf(shape) ? n : 1))]),
  'a sum of all': (shape) => successor('reduceSum', { axes: axesOf(shape) }),
  'a sum along the last axis': (shape) => successor('reduceSum', { axes: [lastOf(shape)] }),
  'a sum along the first axis': () => successor('reduceSum', { axes: [0] }),
  'a matrix product': (shape) => successor('matMul', {}, [null, [shape.at(-1)!, 2]]),
  softmax: () => successor('softmax', { log: false }),
  'log softmax': () => successor('softmax', { log: true }),
  'a reshape': (shape) => successor('reshape', { shape: [sizeOf(shape)] }),
  'a transpose': (shape) => successor('transpose', { permutation: axesOf(shape).reverse() }),
  'a slice': (shape) => successor('slice', { axis: lastOf(shape), begin: shape.at(-1)! - 1, size: 1 }),
  'a concatenation': (shape) => successor('concat', { axis: lastOf(shape) }, [shape, null, null]),
};

/** The step from the result of an example: contexts and arguments for the rules of the successor. */
class Link {
  readonly rules: Primitive<object>;
  readonly places: readonly number[];
  readonly #own: Successor;
  readonly #shape: Shape;

  constructor(own: Successor, shape: Shape) {
    this.rules = primitiveOf(own.primitive);
    this.places = [...own.constants.keys()].filter((k) => own.constants[k] === null);
    this.#own = own;
    this.#shape = shape;
  }

  get attributes(): object {
    return this.#own.attributes;
  }

  get shapes(): Shape[] {
    return this.#own.constants.map((shape) => shape ?? this.#shape);
  }

  get shape(): Shape {
    return this.rules.shape(this.attributes, this.shapes);
  }

  context(outer: RuleContext<object>): RuleContext<object> {
    const once = (key: string, make: () => Tensor): Tensor => outer.once(`successor ${key}`, make);
    return { ...outer, attributes: this.attributes, shapes: this.shapes, shape: this.shape, once };
  }

  primals({ kernels }: RuleContext<object>, result: Tensor): Tensor[] {
    const random = new Random(this.#own.primitive);
    return this.#own.constants.map((shape) => (shape ? kernels.tensor(random.values(shape), [1, ...shape]) : result));
  }
}

/** An example's primitive and its successor as one operation, with all rules. */
function compose(one: PrimitiveCase, link: Link): Primitive<object> {
  const { rules, attributes, shapes, shape } = one;
  const own = (context: RuleContext<object>): RuleContext<object> => ({ ...context, attributes, shapes, shape });
  const middle = (context: RuleContext<object>, primals: readonly Tensor[]): Tensor[] =>
    link.primals(context, rules.evaluate(own(context), primals));
  return {
    examples: [],
    derivativesRead: 'all',
    shape: () => link.shape,
    evaluate: (context, primals) => link.rules.evaluate(link.context(context), middle(context, primals)),
    push(context, jets) {
      const tangent = rules.push(own(context), jets);
      const primals = middle(
        context,
        jets.map((jet) => jet.primal),
      );
      const next = primals.map((primal, k): Jet => ({
        primal,
        shape: link.shapes[k]!,
        tangent: link.places.includes(k) ? tangent : null,
      }));
      return link.rules.push(link.context(context), next);
    },
    pull(context, primals, cotangent, argument) {
      const next = middle(context, primals as readonly Tensor[]);
      const pulled = link.places.map((k) => link.rules.pull(link.context(context), next, cotangent, k));
      const sum = pulled.reduce((left, right) => context.kernels.add(left, right));
      return rules.pull(own(context), primals, sum, argument);
    },
    bend(_, varying): Bend {
      const bends = [rules.bend(attributes, varying), link.rules.bend(link.attributes, link.places)];
      return { curved: bends.some(({ curved }) => curved), kinked: bends.some(({ kinked }) => kinked) };
    },
    flops: () => rules.flops(attributes, shapes) + link.rules.flops(link.attributes, link.shapes),
  };
}

/** The example followed by each kind of successor. */
export const compositionsOf = (one: PrimitiveCase): PrimitiveCase[] =>
  Object.entries(successors).map(([name, make]) => {
    const link = new Link(make(one.shape), one.shape);
    return new PrimitiveCase(`${name} of ${one.name}`, compose(one, link), one.example);
  });
