import * as z from 'zod';
import { list } from '../../network/untrusted-schemas.js';
import { activate, activationSchema, activations, softmaxOver } from './activations.js';
import type { ValueId } from '../../program/program.js';
import { type LayerContext, everyLayer, exampleAxis, layer, ownAxesSchema, single } from '../layer.js';
import { carried, refuseMask } from '../masks/mask-rules.js';

export const activation = layer({
  config: z.object({ activation: activationSchema }),
  // tfjs-layers lacks the activations that are left out here; the tests of primitives cover them.
  examples: Object.keys(activations)
    .filter((name) => !['leaky_relu', 'silu', 'exponential', 'celu'].includes(name))
    .map((name) => ({
      config: { activation: { hard_sigmoid: 'hardSigmoid', log_softmax: 'logSoftmax' }[name] ?? name },
      inputs: [[5]],
    })),
  lower: (context, config, inputs) => activate(context, config.activation, single(context, inputs)),
  mask: carried,
});

export const softmaxLayer = layer({
  config: z.object({ axis: ownAxesSchema }),
  examples: [
    { config: { axis: -1 }, inputs: [[4]] },
    { config: { axis: 2 }, inputs: [[2, 3]] },
  ],
  lower(context, { axis }, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const rank = build.shape(x).length;
    refuseMask(context);
    const axes = axis.map((own) => exampleAxis(context, own, rank)).sort((a, b) => a - b);
    const result = softmaxOver(context, x, axes);
    // The classes of a label are along the last axis.
    return String(axes) === String([rank - 1]) ? build.markHead(result, 'softmax', x) : result;
  },
});

const reluConfig = z.strictObject({
  ...everyLayer,
  max_value: z.number().positive().nullish(),
  negative_slope: z.number().nullish(),
  threshold: z.number().nullish(),
});

/** The part of a ReLU that is not below the threshold; without a threshold, max(x, 0). */
function aboveThreshold({ build }: LayerContext, x: ValueId, config: z.output<typeof reluConfig>): ValueId {
  const { max_value: maximum, threshold } = config;
  const above = threshold ? build.map(x, 'thresholdedRelu', threshold, 'thresholded relu') : x;
  if (typeof maximum === 'number') return build.map(above, 'clippedRelu', maximum, `relu up to ${maximum}`);
  return threshold ? above : build.map(x, 'relu');
}

/**
 * x above the threshold and 0 below it, clipped to [0, max_value] where there is one, minus
 * negative_slope·max(threshold − x, 0). Source: keras/src/activations/activations.py.
 */
export const relu = layer({
  config: reluConfig,
  examples: [
    { config: {}, inputs: [[5]] },
    { config: { maxValue: 1.5 }, inputs: [[2, 3]] },
  ],
  lower(context, config, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const { max_value: maximum, negative_slope: slope, threshold } = config;
    if (!slope) return aboveThreshold(context, x, config);
    if (!threshold && typeof maximum !== 'number') return build.map(x, 'leakyRelu', slope, 'leaky relu');
    const below = build.map(build.affine(x, -1, threshold ?? 0), 'relu');
    return build.add(aboveThreshold(context, x, config), build.affine(below, -slope, 0));
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
