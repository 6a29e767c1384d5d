import { type Tensor, sizeOf } from '../../../kernels/kernels.js';
import { type FunctionName, type ScalarFunction, functions } from './functions.js';
import type { Primitive, PrimitiveExample, RuleContext, Tangent } from '../primitive.js';
import { sameReach } from '../rules/reach.js';
import { addParts, alongside, mapTangent } from '../rules/tangents.js';

export interface ElementwiseAttributes {
  readonly function: FunctionName;
  readonly parameter: number;
}

type Context = RuleContext<ElementwiseAttributes>;

const lookUp = (name: FunctionName): ScalarFunction => functions[name];

/** f′(x) or f″(x) of the primal [B, …s], once for all directions. */
function derivative({ kernels, attributes, once }: Context, which: 'first' | 'second', primal: Tensor): Tensor {
  const f = lookUp(attributes.function)[which];
  return once(which, () => kernels.map(primal, (x) => f(x, attributes.parameter)));
}

const examples = (Object.keys(functions) as FunctionName[]).flatMap((name) => {
  const { example = 0, range, kinks } = lookUp(name);
  const attributes = { function: name, parameter: example };
  const optional = { ...(range && { range }), ...(kinks && { kinks: kinks(example) }) };
  return [[4], [2, 3]].map((shape): PrimitiveExample<ElementwiseAttributes> => ({
    attributes,
    shapes: [shape],
    ...optional,
  }));
});

/** f(x), element by element: z₁ = f′(x)x₁ and z₂ = f″(x)x₁² + f′(x)x₂. */
export const elementwise: Primitive<ElementwiseAttributes> = {
  examples,
  reach: sameReach,
  derivativesRead: 'all',
  shape: (_, [shape = []]) => shape,
  evaluate: ({ kernels, attributes: { function: name, parameter } }, [primal]) =>
    kernels.map(primal!, (x) => lookUp(name).value(x, parameter)),

  push(context, [jet]): Tangent {
    const { kernels, attributes, order } = context;
    const { primal, tangent } = jet as { primal: Tensor; tangent: Tangent };
    const at = (which: 'first' | 'second'): Tensor =>
      alongside(context, which, derivative(context, which, primal), tangent);
    const slope = at('first');
    const pushed = mapTangent(tangent, (part) => kernels.multiply(part, slope));
    if (order === 1 || !lookUp(attributes.function).curved) return pushed;
    const square = kernels.multiply(tangent.first, tangent.first);
    const bent = kernels.multiply(square, at('second'));
    return { ...pushed, second: addParts(kernels, bent, pushed.second) };
  },

  pull: (context, [primal], cotangent) => context.kernels.multiply(cotangent, derivative(context, 'first', primal!)),
  bend: ({ function: name }) => lookUp(name),
  flops: (_, [shape = []]) => 4 * sizeOf(shape),
};
