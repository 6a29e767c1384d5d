import * as z from 'zod';
import { list } from '../../network/untrusted-schemas.js';
import { activate, activationSchema, activations, softmaxOver } from './activations.js';
import { everyLayer, exampleAxis, layer, refuse, single } from '../layer.js';
import { carried, refuseMask } from '../masks/mask-rules.js';

export const activation = layer({
  config: z.object({ activation: activationSchema }),
  // tfjs-layers lacks the activations that are left out here; the tests of primitives cover them.
  examples: Object.keys(activations)
    .filter((name) => !['leaky_relu', 'silu', 'exponential'].includes(name))
    .map((name) => ({
      config: { activation: { hard_sigmoid: 'hardSigmoid', log_softmax: 'logSoftmax' }[name] ?? name },
      inputs: [[5]],
    })),
  lower: (context, config, inputs) => activate(context, config.activation, single(context, inputs)),
  mask: carried,
});

/** The axis of Softmax: a number, or in Keras 3 also a list of one number. */
const axisSchema = z.union([z.number().int(), z.tuple([z.number().int()]).transform(([axis]) => axis)]);

export const softmaxLayer = layer({
  config: z.object({ axis: axisSchema }),
  examples: [
    { config: { axis: -1 }, inputs: [[4]] },
    { config: { axis: 2 }, inputs: [[2, 3]] },
  ],
  lower(context, { axis }, inputs) {
    const x = single(context, inputs);
    refuseMask(context);
    return context.build.markHead(softmaxOver(context, x, axis), 'softmax', x);
  },
});

/** max(x, 0), at most max_value, or with a slope below 0. */
export const relu = layer({
  config: z.strictObject({
    ...everyLayer,
    max_value: z.number().positive().nullish(),
    negative_slope: z.number().nullish(),
    threshold: z.number().nullish(),
  }),
  examples: [
    { config: {}, inputs: [[5]] },
    { config: { maxValue: 1.5 }, inputs: [[2, 3]] },
  ],
  lower(context, { max_value: maximum, negative_slope: slope, threshold }, inputs) {
    const x = single(context, inputs);
    if (threshold) refuse(context, 'a ReLU with a threshold is not supported yet', 'use ThresholdedReLU');
    if (slope && typeof maximum === 'number')
      refuse(context, 'a ReLU with both a slope and a maximum is not supported yet');
    if (slope) return context.build.map(x, 'leakyRelu', slope, 'leaky relu');
    if (typeof maximum === 'number') return context.build.map(x, 'clippedRelu', maximum, `relu up to ${maximum}`);
    return context.build.map(x, 'relu');
  },
  mask: carried,
});

export const leakyRelu = layer({
  config: z.union([
    z.object({ alpha: z.number() }).transform(({ alpha }) => alpha),
    z.object({ negative_slope: z.number() }).transform((config) => config.negative_slope),
  ]),
  examples: [
    { config: { alpha: 0.2 }, inputs: [[5]] },
    { config: {}, inputs: [[2, 3]] },
  ],
  lower: (context, slope, inputs) => context.build.map(single(context, inputs), 'leakyRelu', slope, 'leaky relu'),
  mask: carried,
});

export const elu = layer({
  config: z.object({ alpha: z.number() }),
  // tfjs-layers supports no other alpha than 1.
  examples: [
    { config: { alpha: 1 }, inputs: [[5]] },
    { config: {}, inputs: [[2, 3]] },
  ],
  lower: (context, { alpha }, inputs) => context.build.map(single(context, inputs), 'elu', alpha),
  mask: carried,
});

export const thresholdedRelu = layer({
  config: z.object({ theta: z.number() }),
  examples: [
    { config: { theta: 0.4 }, inputs: [[5]] },
    { config: {}, inputs: [[2, 3]] },
  ],
  lower: (context, { theta }, inputs) =>
    context.build.map(single(context, inputs), 'thresholdedRelu', theta, 'thresholded relu'),
  mask: carried,
});

/** max(x, 0) + alpha·min(x, 0), with a trained slope for each element. */
export const prelu = layer({
  config: z.object({ shared_axes: z.union([z.number().transform((axis) => [axis]), list(z.number(), 16)]).nullable() }),
  examples: [
    { config: { alphaInitializer: 'randomNormal' }, inputs: [[5]] },
    { config: { alphaInitializer: 'randomNormal', sharedAxes: [1] }, inputs: [[2, 3]] },
  ],
  lower(context, { shared_axes: shared }, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const shape = build.shape(x);
    const sharedAxes = (shared ?? []).map((axis) => exampleAxis(context, axis, shape.length));
    const slopes = context.weight(
      'alpha',
      shape.map((size, axis) => (sharedAxes.includes(axis) ? 1 : size)),
    );
    const below = build.multiply(build.map(x, 'negativePart', 0, 'prelu'), slopes);
    return build.add(build.map(x, 'relu', 0, 'prelu'), below);
  },
  mask: carried,
});
