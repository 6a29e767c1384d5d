import * as z from 'zod';
import { layer, single } from './layer.js';
import { carried } from './masks/mask-rules.js';

const everyShape = [
  { config: {}, inputs: [[5]] },
  { config: {}, inputs: [[2, 3]] },
];

/** Layers that do nothing during inference. */
export const identity = layer({
  config: z.object({}),
  examples: [
    { config: {}, inputs: [[2, 3]] },
    { config: {}, inputs: [[1, 4]] },
  ],
  lower: (context, _, inputs) => single(context, inputs),
  mask: carried,
});

/** Random changes of images, which happen only during training. The result has no mask. */
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
