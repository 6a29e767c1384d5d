import * as z from 'zod';
import { activate, activationSchema } from './activation/activations.js';
import { layer, single } from './layer.js';
import { carried } from './masks/mask-rules.js';

/** activation(x·kernel + bias) along the last axis of x. */
export const dense = layer({
  config: z.object({ units: z.number().int().positive(), activation: activationSchema, use_bias: z.boolean() }),
  examples: [
    { config: { units: 3, activation: 'tanh', useBias: true }, inputs: [[4]] },
    { config: { units: 2, activation: 'linear', useBias: false }, inputs: [[3, 4]] },
    { config: { units: 3, activation: 'softmax', useBias: true }, inputs: [[4]] },
  ],
  lower(context, config, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const kernel = context.weight('kernel', [build.shape(x).at(-1) ?? 1, config.units]);
    const product = build.matMul(x, kernel);
    const z = config.use_bias ? build.add(product, context.weight('bias', [config.units])) : product;
    return activate(context, config.activation, z);
  },
  mask: carried,
});
