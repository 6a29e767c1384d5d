import * as z from 'zod';
import { sizeOf } from '../kernels/kernels.js';
import { list } from '../network/untrusted-schemas.js';
import { everyLayer, layer, refuse, single } from './layer.js';
import { carried } from './masks.js';

const everyShape = [
  { config: {}, inputs: [[5]] },
  { config: {}, inputs: [[2, 3]] },
];

/** Layers that do nothing in inference mode. */
export const identity = layer({
  config: z.object({}),
  examples: [
    { config: {}, inputs: [[2, 3]] },
    { config: {}, inputs: [[1, 4]] },
  ],
  lower: (context, _, inputs) => single(context, inputs),
  mask: carried,
});

/** Random changes of images, which are made in training alone; masks end there. */
export const augmentation = layer({
  config: z.object({}),
  examples: [
    { config: {}, inputs: [[2, 3, 1]] },
    { config: {}, inputs: [[1, 2, 3]] },
  ],
  lower: (context, _, inputs) => single(context, inputs),
});

const dropoutLike = (config: Readonly<Record<string, unknown>>) =>
  layer({
    config: z.object({}),
    examples: everyShape.map(({ inputs }) => ({ config, inputs })),
    lower: (context, _, inputs) => single(context, inputs),
    mask: carried,
  });

export const dropout = dropoutLike({ rate: 0.5 });
export const gaussianNoise = dropoutLike({ stddev: 0.5 });
export const alphaDropout = dropoutLike({ rate: 0.3 });

export const flatten = layer({
  config: z.strictObject({ ...everyLayer, data_format: z.string().nullish() }),
  examples: [
    { config: {}, inputs: [[2, 3]] },
    { config: {}, inputs: [[2, 1, 3]] },
  ],
  lower(context, { data_format: format }, inputs) {
    const x = single(context, inputs);
    const shape = context.build.shape(x);
    if (format === 'channels_first' && shape.length > 1) refuse(context, 'data_format channels_first is not supported');
    return shape.length === 1 ? x : context.build.reshape(x, [sizeOf(shape)]);
  },
});

export const reshape = layer({
  // tfjs saves null for an unknown size, Keras -1.
  config: z.object({
    target_shape: list(
      z
        .number()
        .int()
        .nullable()
        .transform((size) => size ?? -1),
      16,
    ),
  }),
  examples: [
    { config: { targetShape: [3, 2] }, inputs: [[6]] },
    { config: { targetShape: [-1, 2] }, inputs: [[2, 3]] },
  ],
  lower(context, { target_shape: target }, inputs) {
    const x = single(context, inputs);
    const size = sizeOf(context.build.shape(x));
    const known = sizeOf(target.filter((part) => part !== -1));
    if (target.filter((part) => part === -1).length > 1) refuse(context, `target shape [${target}] is ambiguous`);
    return context.build.reshape(
      x,
      target.map((part) => (part === -1 ? size / known : part)),
    );
  },
});

const numbersSchema = z.union([z.number(), list(z.number())]);

/** scale·x + offset, with numbers or with one number for each channel. */
export const rescaling = layer({
  config: z.object({ scale: numbersSchema, offset: numbersSchema }),
  examples: [
    { config: { scale: 0.5, offset: -1 }, inputs: [[4]] },
    { config: { scale: 2, offset: 0 }, inputs: [[2, 3]] },
  ],
  lower(context, { scale, offset }, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    if (typeof scale === 'number' && typeof offset === 'number') return build.affine(x, scale, offset);
    const row = (numbers: number | number[]): number => {
      const list = typeof numbers === 'number' ? [numbers] : numbers;
      return build.constant(Float64Array.from(list), [list.length]);
    };
    return build.add(build.multiply(x, row(scale)), row(offset));
  },
  // It came to carry masks with Keras 3.
  mask: (context) => (context.kerasMajor === 3 || context.tfjs ? carried(context) : null),
});
