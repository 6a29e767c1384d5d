import * as z from 'zod';
import type { ValueId } from '../program/program.js';
import { type LayerContext, exampleAxis, layer, refuse } from './layer.js';
import { joined, merged, refuseMask } from './masks/mask-rules.js';

const twoAndThree = [
  { config: {}, inputs: [[4], [4]] },
  {
    config: {},
    inputs: [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
  },
];

function atLeastTwo(context: LayerContext, inputs: readonly ValueId[]): readonly ValueId[] {
  if (inputs.length < 2) refuse(context, `merges two or more inputs, but the model gives it ${inputs.length}`);
  return inputs;
}

type Pair = (context: LayerContext, left: ValueId, right: ValueId) => ValueId;

/** A layer that merges its inputs from left to right, two at a time. */
const merge = (pair: Pair, examples = twoAndThree, masked: 'unchanged' | 'replaced by Keras 3' = 'unchanged') =>
  layer({
    config: z.object({}),
    examples,
    lower(context, _, inputs) {
      if (masked !== 'unchanged' && context.kerasMajor === 3) refuseMask(context);
      return atLeastTwo(context, inputs).reduce((left, right) => pair(context, left, right));
    },
    mask: merged,
  });

export const add = merge(({ build }, left, right) => build.add(left, right));
export const subtract = merge(({ build }, left, right) => build.subtract(left, right), []);
/** Merges in which Keras 3 replaces masked elements; which ones differs between its versions. */
const selective = (pair: Pair) => merge(pair, twoAndThree, 'replaced by Keras 3');

export const multiply = selective(({ build }, left, right) => build.multiply(left, right));

const select =
  (take: 'maximum' | 'minimum'): Pair =>
  ({ build }, left, right) =>
    build.apply('select', { take }, [left, right], take);

export const maximum = selective(select('maximum'));
export const minimum = selective(select('minimum'));

export const average = layer({
  config: z.object({}),
  examples: twoAndThree,
  lower(context, _, inputs) {
    const { build } = context;
    const sum = atLeastTwo(context, inputs).reduce((left, right) => build.add(left, right));
    return build.affine(sum, 1 / inputs.length, 0);
  },
  mask: merged,
});

export const concatenate = layer({
  config: z.object({ axis: z.number().int() }),
  examples: [
    { config: { axis: -1 }, inputs: [[4], [3]] },
    {
      config: { axis: 1 },
      inputs: [
        [2, 3],
        [1, 3],
      ],
    },
  ],
  lower(context, { axis }, inputs) {
    const rank = context.build.shape(atLeastTwo(context, inputs)[0] as ValueId).length;
    return context.build.apply('concat', { axis: exampleAxis(context, axis, rank) }, inputs);
  },
  mask: (context, { axis }, inputs) =>
    joined(context, inputs, exampleAxis(context, axis, context.build.shape(inputs[0] as ValueId).length)),
});

/** Keras's guard against division by zero in L2 normalisation. */
const SMALLEST_SQUARE = 1e-12;

function normalised(context: LayerContext, value: ValueId, axis: number): ValueId {
  const { build } = context;
  const square = build.apply('reduceSum', { axes: [axis] }, [build.multiply(value, value)]);
  return build.multiply(value, build.map(square, 'reciprocalSquareRoot', SMALLEST_SQUARE));
}

/** The value as [before ones, other axes, after ones, axis]: one axis moved to the end, with axes of size 1 inserted. */
function contractedLast(context: LayerContext, value: ValueId, axis: number, before: number, after: number): ValueId {
  const { build } = context;
  const shape = build.shape(value);
  const rest = shape.map((_, k) => k).filter((k) => k !== axis);
  const moved = axis === shape.length - 1 ? value : build.apply('transpose', { permutation: [...rest, axis] }, [value]);
  const ones = (count: number): number[] => new Array<number>(count).fill(1);
  const sizes = rest.map((k) => shape[k] as number);
  return build.reshape(moved, [...ones(before), ...sizes, ...ones(after), shape[axis] as number]);
}

/** Inner products of two inputs along one axis of each. */
export const dot = layer({
  config: z.object({
    axes: z.union([z.number().int(), z.tuple([z.number().int(), z.number().int()])]),
    normalize: z.boolean(),
  }),
  examples: [
    { config: { axes: 1 }, inputs: [[4], [4]] },
    { config: { axes: -1, normalize: true }, inputs: [[4], [4]] },
    {
      config: { axes: [2, 1] },
      inputs: [
        [2, 3],
        [3, 4],
      ],
    },
  ],
  lower(context, { axes, normalize }, inputs) {
    const { build } = context;
    const [left, right] = atLeastTwo(context, inputs) as [ValueId, ValueId];
    const ranks = [build.shape(left).length, build.shape(right).length] as const;
    const own = (typeof axes === 'number' ? [axes, axes] : axes).map((axis, k) =>
      exampleAxis(context, axis, ranks[k as 0 | 1]),
    ) as [number, number];
    const [x, y] = normalize ? [normalised(context, left, own[0]), normalised(context, right, own[1])] : [left, right];
    const product = build.multiply(
      contractedLast(context, x, own[0], 0, ranks[1] - 1),
      contractedLast(context, y, own[1], ranks[0] - 1, 0),
    );
    const rank = build.shape(product).length;
    const sum = build.apply('reduceSum', { axes: [rank - 1] }, [product]);
    return build.reshape(sum, rank === 1 ? [1] : build.shape(sum).slice(0, -1));
  },
});
