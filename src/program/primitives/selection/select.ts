import { type Tensor, broadcastShape, sizeOf } from '../../../kernels/kernels.js';
import type { DenseTangent, Primitive, RuleContext } from '../primitive.js';
import { addParts, denseOf, mapTangent, unbroadcast } from '../rules/tangents.js';

export interface SelectAttributes {
  readonly take: 'maximum' | 'minimum';
}

type Primals = readonly (Tensor | null)[];

/** 1 where the first argument is chosen, also at a tie: [B, …s]. */
function takesFirst({ kernels, attributes, once }: RuleContext<SelectAttributes>, primals: Primals): Tensor {
  const [left, right] = primals as readonly [Tensor, Tensor];
  const sign = attributes.take === 'maximum' ? 1 : -1;
  return once('mask', () =>
    kernels.map(kernels.add(left, kernels.affine(right, -1, 0)), (difference) => Number(sign * difference >= 0)),
  );
}

function mask(context: RuleContext<SelectAttributes>, primals: Primals, argument: number): Tensor {
  const first = takesFirst(context, primals);
  return argument === 0 ? first : context.kernels.affine(first, -1, 1);
}

/** The larger or smaller of two values, element by element. Derivatives are those of the chosen value. */
export const select: Primitive<SelectAttributes> = {
  examples: [
    { attributes: { take: 'maximum' }, shapes: [[4], [4]] },
    {
      attributes: { take: 'minimum' },
      shapes: [
        [2, 3],
        [1, 3],
      ],
    },
  ],
  derivativesRead: 'all',
  shape: (_, [left = [], right = []]) => broadcastShape(left, right),
  evaluate(context, primals) {
    const { kernels } = context;
    const taken = primals.map((primal, argument) => kernels.multiply(primal, mask(context, primals, argument)));
    return addParts(kernels, ...taken)!;
  },
  push(context, jets) {
    const { kernels } = context;
    const primals = jets.map((jet) => jet.primal);
    const taken = jets.flatMap((jet, argument) => {
      const tangent = denseOf(context, jet);
      return tangent ? [mapTangent(tangent, (part) => kernels.multiply(part, mask(context, primals, argument)))] : [];
    });
    const sum = (parts: readonly (Tensor | null)[]): Tensor | null => addParts(kernels, ...parts);
    const first = sum(taken.map((tangent) => tangent.first))!;
    return { kind: 'dense', first, second: sum(taken.map((tangent) => tangent.second)) } satisfies DenseTangent;
  },
  pull: (context, primals, cotangent, argument) =>
    unbroadcast(
      context.kernels,
      context.kernels.multiply(cotangent, mask(context, primals, argument)),
      context.shapes[argument] ?? [],
    ),
  bend: () => ({ curved: false, kinked: true }),
  flops: (_, [left = [], right = []]) => 2 * sizeOf(broadcastShape(left, right)),
};
