import { broadcastShape, sameShape, sizeOf } from '../../../kernels/kernels.js';
import type { Primitive, Tangent } from '../primitive.js';
import { straight } from '../primitive.js';
import { addParts, denseOf, periodOf, repeated, unbroadcast } from '../rules/tangents.js';
import { broadcastReach } from '../rules/reach.js';

/** Sum of two values of equal rank, broadcast. */
export const add: Primitive<object> = {
  examples: [
    { attributes: {}, shapes: [[3], [3]] },
    {
      attributes: {},
      shapes: [
        [2, 3],
        [1, 3],
      ],
      unbatched: [1],
    },
    {
      attributes: {},
      shapes: [
        [1, 3],
        [2, 1],
      ],
    },
  ],
  reach: broadcastReach,
  parameterEntry: (argument, shapes, shape) =>
    sizeOf(shapes[argument] ?? []) === sizeOf(shape) ? { kind: 'diagonal', factor: null } : null,
  derivativesRead: 'nothing',
  shape: (_, [left = [], right = []]) => broadcastShape(left, right),
  evaluate: ({ kernels }, [left, right]) => kernels.add(left!, right!),
  push(context, jets): Tangent {
    const { kernels, shape } = context;
    const varying = jets.filter((jet) => jet.tangent !== null);
    const [only] = varying;
    if (varying.length === 1 && only?.tangent) {
      if (sameShape(only.shape, shape)) return only.tangent;
      const period = periodOf(only.shape, shape);
      if (only.tangent.kind === 'sparse' && period !== null) {
        return repeated(kernels, only.tangent, period, kernels.fill([1, 1, sizeOf(shape) / period], 1));
      }
    }
    const tangents = varying.map((jet) => denseOf(context, jet)!);
    const zero = kernels.fill([1, 1, ...shape], 0);
    const first = addParts(kernels, zero, ...tangents.map((tangent) => tangent.first))!;
    const second = addParts(kernels, ...tangents.map((tangent) => tangent.second));
    return { kind: 'dense', first, second: second && kernels.add(zero, second) };
  },
  pull: ({ kernels, shapes }, _, cotangent, argument) => unbroadcast(kernels, cotangent, shapes[argument] ?? []),
  bend: () => straight,
  flops: (_, [left = [], right = []]) => sizeOf(broadcastShape(left, right)),
};
