import type { Shape, Tensor } from '../../../kernels/kernels.js';
import type { DenseTangent, Jet, Primitive, PrimitiveFacts, RuleContext } from '../primitive.js';
import { type StructuredTangent, type Tangent, straight } from '../primitive.js';
import { addParts, denseOf, densify, mapTangent } from './tangents.js';

interface BilinearRules<Attributes> extends PrimitiveFacts<Attributes> {
  shape(attributes: Attributes, left: Shape, right: Shape): Shape;
  /** The product; each factor is a primal [B, …] or a derivative [D, B, …]. */
  apply(context: RuleContext<Attributes>, left: Tensor, right: Tensor): Tensor;
  /** The product of a tangent of one argument with the other's primal, where its structure helps; else null. */
  structured?(
    context: RuleContext<Attributes>,
    tangent: StructuredTangent,
    argument: number,
    other: Tensor,
  ): Tangent | null;
  /** x₁y₁ [D, B, …] where the structure of one of them helps; else null. */
  mixed?(context: RuleContext<Attributes>, left: Tangent, right: Tangent): Tensor | null;
  /** Cotangent of one argument, given the primal of the other. */
  pull(context: RuleContext<Attributes>, other: Tensor, cotangent: Tensor, argument: number): Tensor;
  flops(attributes: Attributes, left: Shape, right: Shape): number;
}

/**
 * A product of two values, linear in each. By Leibniz' rule: z₁ = x₁y + xy₁ and z₂ = x₂y + 2x₁y₁ + xy₂.
 */
export function bilinear<Attributes extends object>(rules: BilinearRules<Attributes>): Primitive<Attributes> {
  const withOne = (context: RuleContext<Attributes>, jets: readonly Jet[], argument: number): Tangent => {
    const jet = jets[argument] as Jet & { tangent: Tangent };
    const other = jets[1 - argument]!.primal;
    const structured =
      jet.tangent.kind === 'dense' ? null : (rules.structured?.(context, jet.tangent, argument, other) ?? null);
    const product = (part: Tensor): Tensor =>
      argument === 0 ? rules.apply(context, part, other) : rules.apply(context, other, part);
    return structured ?? mapTangent(densify(context.kernels, jet.tangent, jet.shape), product);
  };

  const mixed = (context: RuleContext<Attributes>, jets: readonly Jet[]): Tensor => {
    const [left, right] = jets.map((jet) => jet.tangent) as [Tangent, Tangent];
    const known = rules.mixed?.(context, left, right) ?? null;
    if (known) return known;
    const [dx, dy] = jets.map((jet) => denseOf(context, jet)) as [DenseTangent, DenseTangent];
    return rules.apply(context, dx.first, dy.first);
  };

  const withBoth = (context: RuleContext<Attributes>, jets: readonly Jet[]): Tangent => {
    const { kernels, order, shape } = context;
    const parts = [0, 1].map((argument) => densify(kernels, withOne(context, jets, argument), shape));
    const first = addParts(kernels, ...parts.map((part) => part.first))!;
    if (order === 1) return { kind: 'dense', first, second: null };
    const twice = kernels.affine(mixed(context, jets), 2, 0);
    return { kind: 'dense', first, second: addParts(kernels, twice, ...parts.map((part) => part.second)) };
  };

  return {
    ...rules,
    derivativesRead: 'others',
    shape: (attributes, [left = [], right = []]) => rules.shape(attributes, left, right),
    evaluate: (context, [left, right]) => rules.apply(context, left!, right!),
    push(context, jets) {
      const [left, right] = jets as readonly [Jet, Jet];
      if (left.tangent && right.tangent) return withBoth(context, jets);
      return withOne(context, jets, left.tangent ? 0 : 1);
    },
    pull: (context, primals, cotangent, argument) => rules.pull(context, primals[1 - argument]!, cotangent, argument),
    bend: (_, varying) => ({ ...straight, curved: varying.length > 1 }),
    flops: (attributes, [left = [], right = []]) => rules.flops(attributes, left, right),
  };
}
