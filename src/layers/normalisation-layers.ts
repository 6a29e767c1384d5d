import * as z from 'zod';
import type { ValueId } from '../program/program.js';
import { type LayerContext, exampleAxis, layer, ownAxesSchema, refuse, single } from './layer.js';
import { carried } from './masks/mask-rules.js';

/** gamma·x + beta, with one weight for each element of the given axes. */
function scaleAndCentre(
  context: LayerContext,
  x: ValueId,
  axes: readonly number[],
  { scale, center }: { readonly scale: boolean; readonly center: boolean },
): ValueId {
  const { build } = context;
  const shape = build.shape(x);
  const own = axes.map((axis) => shape[axis]!);
  const wide = shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  const weight = (name: string): ValueId => {
    const value = context.weight(name, own);
    return own.length === wide.length ? value : build.reshape(value, wide);
  };
  const scaled = scale ? build.multiply(x, weight('gamma')) : x;
  return center ? build.add(scaled, weight('beta')) : scaled;
}

/** Batch normalisation during inference, where its statistics are constants. Ioffe and Szegedy (2015), algorithm 2. */
export const batchNormalization = layer({
  config: z.object({
    axis: ownAxesSchema,
    epsilon: z.number(),
    scale: z.boolean(),
    center: z.boolean(),
    renorm: z.literal(false).optional(),
  }),
  examples: [
    { config: { gammaInitializer: 'randomNormal', betaInitializer: 'randomNormal' }, inputs: [[4]] },
    {
      config: { scale: false, epsilon: 0.01, movingMeanInitializer: 'randomNormal', betaInitializer: 'randomNormal' },
      inputs: [[2, 3]],
    },
  ],
  lower(context, config, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const shape = build.shape(x);
    if (config.axis.length > 1) refuse(context, 'batch normalisation over several axes is not supported');
    const axis = exampleAxis(context, config.axis[0]!, shape.length);
    const size = shape[axis]!;
    const variance = context.statistic('moving_variance', [size]);
    if (variance.some((v) => v + config.epsilon <= 0))
      refuse(context, 'moving_variance holds negative numbers', 'use another checkpoint');
    const factor = Float64Array.from(variance, (v) => (v + config.epsilon) ** -0.5);
    const shift = Float64Array.from(context.statistic('moving_mean', [size]), (mean) => -mean);
    const wide = shape.map((_, k) => (k === axis ? size : 1));
    // The mean comes first: with a mean much larger than the deviations, x·factor would be rounded to few digits of them.
    const centred = build.add(x, build.constant(shift, wide));
    return scaleAndCentre(context, build.multiply(centred, build.constant(factor, wide)), [axis], config);
  },
  mask: carried,
});

/** x minus its mean over the axes. A second time, it removes the rounding error of the mean where that is large. */
const centre = ({ build }: LayerContext, x: ValueId, axes: readonly number[]): ValueId =>
  build.subtract(x, build.mean(x, axes));

/** Layer normalisation over the given axes of each example. Ba, Kiros and Hinton (2016), equation 3. */
export const layerNormalization = layer({
  config: z.object({
    axis: ownAxesSchema,
    epsilon: z.number().positive(),
    scale: z.boolean(),
    center: z.boolean(),
    rms_scaling: z.literal(false, { error: 'rms_scaling is not supported' }).optional(),
  }),
  examples: [
    { config: { gammaInitializer: 'randomNormal', betaInitializer: 'randomNormal' }, inputs: [[4]] },
    { config: { center: false, gammaInitializer: 'randomNormal' }, inputs: [[2, 3]] },
    { config: { axis: [1, 2], gammaInitializer: 'randomNormal' }, inputs: [[2, 3]] },
  ],
  lower(context, config, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const rank = build.shape(x).length;
    const axes = config.axis.map((axis) => exampleAxis(context, axis, rank)).sort((a, b) => a - b);
    const centred = centre(context, centre(context, x, axes), axes);
    const variance = build.mean(build.multiply(centred, centred), axes);
    const scale = build.map(build.affine(variance, 1, config.epsilon), 'reciprocalSquareRoot');
    return scaleAndCentre(context, build.multiply(centred, scale), axes, config);
  },
  mask: carried,
});
