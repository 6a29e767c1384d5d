import type { Shape, Tensor } from '../../kernels/kernels.js';
import type { DenseTangent, Jet, Primitive, PrimitiveExample, RuleContext } from './primitive.js';
import { type SparseTangent, type Tangent, straight } from './primitive.js';
import { addParts, denseOf, mapTangent } from './tangents.js';

interface BilinearRules<Attributes> {
  readonly examples: readonly PrimitiveExample<Attributes>[];
  shape(attributes: Attributes, left: Shape, right: Shape): Shape;
  /** The product; each factor is a primal [B, …] or a derivative [D, B, …]. */
  apply(context: RuleContext<Attributes>, left: Tensor, right: Tensor): Tensor;
  /** The product of a sparse tangent of one argument with the other's primal, where structure helps; else null. */
  sparse?(context: RuleContext<Attributes>, tangent: SparseTangent, argument: number, other: Tensor): Tangent | null;
  /** Cotangent of one argument, given the primal of the other. */
  pull(context: RuleContext<Attributes>, other: Tensor, cotangent: Tensor, argument: number): Tensor;
  flops(attributes: Attributes, left: Shape, right: Shape): number;
}

/**
 * A product of two values, linear in each. Leibniz: z₁ = x₁y + xy₁ and z₂ = x₂y + 2x₁y₁ + xy₂.
 */
export function bilinear<Attributes extends object>(rules: BilinearRules<Attributes>): Primitive<Attributes> {
  const withOne = (context: RuleContext<Attributes>, jets: readonly Jet[], argument: number): Tangent => {
    const jet = jets[argument] as Jet;
    const other = (jets[1 - argument] as Jet).primal;
    const sparse =
      jet.tangent?.kind === 'sparse' ? (rules.sparse?.(context, jet.tangent, argument, other) ?? null) : null;
    const product = (part: Tensor): Tensor =>
      argument === 0 ? rules.apply(context, part, other) : rules.apply(context, other, part);
    return sparse ?? mapTangent(denseOf(context, jet) as DenseTangent, product);
  };

  const withBoth = (context: RuleContext<Attributes>, [x, y]: readonly [Jet, Jet]): Tangent => {
    const { kernels, order } = context;
    const dx = denseOf(context, x) as DenseTangent;
    const dy = denseOf(context, y) as DenseTangent;
    const times = (left: Tensor | null, right: Tensor | null): Tensor | null =>
      left && right && rules.apply(context, left, right);
    const first = addParts(kernels, times(dx.first, y.primal), times(x.primal, dy.first)) as Tensor;
    if (order === 1) return { kind: 'dense', first, second: null };
    const mixed = kernels.affine(rules.apply(context, dx.first, dy.first), 2, 0);
    return {
      kind: 'dense',
      first,
      second: addParts(kernels, times(dx.second, y.primal), mixed, times(x.primal, dy.second)),
    };
  };

  return {
    examples: rules.examples,
    shape: (attributes, [left = [], right = []]) => rules.shape(attributes, left, right),
    evaluate: (context, [left, right]) => rules.apply(context, left as Tensor, right as Tensor),
    push(context, jets) {
      const [left, right] = jets as readonly [Jet, Jet];
      if (left.tangent && right.tangent) return withBoth(context, [left, right]);
      return withOne(context, jets, left.tangent ? 0 : 1);
    },
    pull: (context, primals, cotangent, argument) =>
      rules.pull(context, primals[1 - argument] as Tensor, cotangent, argument),
    bend: (_, varying) => ({ ...straight, curved: varying.length > 1 }),
    flops: (attributes, [left = [], right = []]) => rules.flops(attributes, left, right),
  };
}
