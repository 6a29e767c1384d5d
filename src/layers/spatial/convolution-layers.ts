import * as z from 'zod';
import type { ValueId } from '../../program/program.js';
import { activate, activationSchema } from '../activation/activations.js';
import { type LayerContext, type LayerExample, layer, refuse, single } from '../layer.js';
import { patches, shifts } from './patches.js';
import { type Format, channelsFirst, channelsLast, dataFormat, perAxis } from './spatial-config.js';
import { type Windows, transposedWindowsOn, windowsOn } from './windows.js';

const geometry = (rank: number) => ({
  kernel_size: perAxis(rank),
  strides: perAxis(rank),
  dilation_rate: perAxis(rank),
  padding: z.enum(['same', 'valid', 'causal']),
  // tfjs does not save it for sequences.
  data_format: rank === 1 ? dataFormat.optional() : dataFormat,
});

type Sizes = z.output<z.ZodObject<ReturnType<typeof geometry>>>;

/** The windows of a convolution on an image [spatial…, C]. @throws RangeError */
const windowsFor = (
  { kernel_size: kernel, strides, dilation_rate: dilation, padding }: Sizes,
  shape: readonly number[],
): Windows => windowsOn(shape.slice(0, -1), { kernel, strides, dilation, padding });

const ending = { activation: activationSchema, use_bias: z.boolean() };

type Ending = { activation: z.output<typeof activationSchema>; use_bias: boolean; data_format?: Format };

/** The only input, with its channels last. */
function image(context: LayerContext, inputs: readonly ValueId[], format: Format): ValueId {
  const x = single(context, inputs);
  return format === 'channels_first' ? channelsLast(context, x) : x;
}

/** Adds bias and activation to [positions, C], and gives it the shape and format of the image. */
function finish(
  context: LayerContext,
  rows: ValueId,
  output: readonly number[],
  { activation, use_bias, data_format: format }: Ending,
): ValueId {
  const { build } = context;
  const channels = build.shape(rows).at(-1)!;
  const biased = use_bias ? build.add(rows, context.weight('bias', [channels])) : rows;
  const result = build.reshape(biased, [...output, channels]);
  // Softmax is over the last axis in both formats.
  return activate(context, activation, format === 'channels_first' ? channelsFirst(context, result) : result);
}

/** patches [positions, K, C] · kernel [K·C, filters]. */
export function product({ build }: LayerContext, taken: ValueId, kernel: ValueId): ValueId {
  const [positions = 1, count = 1, channels = 1] = build.shape(taken);
  const filters = build.shape(kernel).at(-1)!;
  const rows = build.reshape(taken, [positions, count * channels]);
  return build.matMul(rows, build.reshape(kernel, [count * channels, filters]));
}

/** A product for each group of channels: patches [positions, K, C], kernel [K, C / groups, filters]. */
function grouped(context: LayerContext, taken: ValueId, kernel: ValueId, groups: number): ValueId {
  const { build } = context;
  const [channels, filters] = [build.shape(taken)[2]!, build.shape(kernel)[2]!];
  if (channels % groups !== 0 || filters % groups !== 0)
    refuse(context, `${channels} channels and ${filters} filters cannot be divided into ${groups} equal groups`);
  const part = (value: ValueId, size: number, group: number): ValueId =>
    build.slice(value, 2, (group * size) / groups, size / groups);
  const products = Array.from({ length: groups }, (_, group) =>
    product(context, part(taken, channels, group), part(kernel, filters, group)),
  );
  return build.concat(products, 1);
}

/** A convolution over `rank` spatial axes: a product of patches with the kernel. */
const convolution = (rank: number, examples: readonly LayerExample[]) =>
  layer({
    config: z.object({
      ...geometry(rank),
      ...ending,
      filters: z.int().positive(),
      groups: z.int().positive().default(1),
    }),
    examples,
    lower(context, config, inputs) {
      const x = image(context, inputs, config.data_format);
      const shape = context.build.shape(x);
      const windows = windowsFor(config, shape);
      const channels = shape.at(-1)! / config.groups;
      const kernel = context.weight('kernel', [...config.kernel_size, channels, config.filters]);
      const flat = context.build.reshape(kernel, [windows.count, channels, config.filters]);
      const sums = grouped(context, patches(context, x, windows), flat, config.groups);
      return finish(context, sums, windows.output, config);
    },
  });

export const conv1d = convolution(1, [
  { config: { filters: 2, kernelSize: 3, activation: 'tanh' }, inputs: [[5, 2]] },
  { config: { filters: 2, kernelSize: 2, strides: 2, padding: 'same', useBias: false }, inputs: [[5, 2]] },
]);
export const conv2d = convolution(2, [
  { config: { filters: 2, kernelSize: [2, 3], activation: 'tanh' }, inputs: [[4, 4, 2]] },
  { config: { filters: 2, kernelSize: 3, strides: [2, 2], padding: 'same' }, inputs: [[5, 4, 1]] },
  { config: { filters: 1, kernelSize: 2, dilationRate: 2, useBias: false }, inputs: [[4, 4, 2]] },
  { config: { filters: 3, kernelSize: 2, dataFormat: 'channelsFirst', activation: 'tanh' }, inputs: [[2, 3, 3]] },
]);
export const conv3d = convolution(3, [
  { config: { filters: 2, kernelSize: 2 }, inputs: [[3, 2, 3, 1]] },
  { config: { filters: 1, kernelSize: 2, strides: 2, padding: 'same' }, inputs: [[3, 3, 2, 2]] },
]);

/** The adjoint of a convolution, with a kernel [spatial…, filters, channels]. */
const transposedConvolution = (rank: number, examples: readonly LayerExample[]) =>
  layer({
    config: z.object({
      ...geometry(rank),
      ...ending,
      filters: z.int().positive(),
      output_padding: perAxis(rank, z.int().nonnegative()).nullish(),
      // tfjs does not save it here.
      dilation_rate: perAxis(rank).optional(),
    }),
    examples,
    lower(context, config, inputs) {
      const { build } = context;
      const x = image(context, inputs, config.data_format);
      const shape = build.shape(x);
      const channels = shape.at(-1)!;
      const windows = transposedWindowsOn(shape.slice(0, -1), {
        kernel: config.kernel_size,
        strides: config.strides,
        dilation: config.dilation_rate ?? config.kernel_size.map(() => 1),
        padding: config.padding,
        outputPadding: config.output_padding ?? null,
      });
      const stored = context.weight('kernel', [...config.kernel_size, config.filters, channels]);
      const flat = build.reshape(stored, [windows.count, config.filters, channels]);
      const kernel = build.apply('transpose', { permutation: [0, 2, 1] }, [flat]);
      return finish(context, product(context, patches(context, x, windows), kernel), windows.output, config);
    },
  });

export const conv2dTranspose = transposedConvolution(2, [
  { config: { filters: 2, kernelSize: 3, strides: 2 }, inputs: [[2, 3, 2]] },
  { config: { filters: 1, kernelSize: 3, strides: [2, 1], padding: 'same', activation: 'tanh' }, inputs: [[3, 2, 2]] },
]);
export const conv3dTranspose = transposedConvolution(3, [
  { config: { filters: 2, kernelSize: 2, strides: 2 }, inputs: [[2, 1, 2, 1]] },
  { config: { filters: 1, kernelSize: 2, strides: 1, padding: 'same' }, inputs: [[2, 2, 2, 1]] },
]);

/** Each channel has its own filters: Σ over the window of x [K, positions, C, 1] · kernel [K, 1, C, multiplier]. */
function depthwise(context: LayerContext, taken: ValueId, kernel: ValueId): ValueId {
  const { build } = context;
  const [count = 1, positions = 1, channels = 1] = build.shape(taken);
  const multiplier = build.shape(kernel).at(-1)!;
  const each = multiplier === 1 ? [] : [multiplier];
  const wide = build.reshape(taken, [count, positions, channels, ...each.map(() => 1)]);
  const weights = build.reshape(kernel, [count, 1, channels, ...each]);
  const sum = build.apply('reduceSum', { axes: [0] }, [build.multiply(wide, weights)]);
  return build.reshape(sum, [positions, channels * multiplier]);
}

export const depthwiseConv2d = layer({
  config: z.object({ ...geometry(2), ...ending, depth_multiplier: z.int().positive() }),
  examples: [
    { config: { kernelSize: 2, depthMultiplier: 2 }, inputs: [[3, 3, 2]] },
    {
      config: { kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh', useBias: false },
      inputs: [[4, 5, 2]],
    },
  ],
  lower(context, config, inputs) {
    const x = image(context, inputs, config.data_format);
    const shape = context.build.shape(x);
    const windows = windowsFor(config, shape);
    const channels = shape.at(-1)!;
    const kernel = context.weight('depthwise_conv2d_kernel', [
      ...config.kernel_size,
      channels,
      config.depth_multiplier,
    ]);
    return finish(context, depthwise(context, shifts(context, x, windows), kernel), windows.output, config);
  },
});

/** A depthwise convolution, followed by a convolution with windows of size 1. */
export const separableConv2d = layer({
  config: z.object({
    ...geometry(2),
    ...ending,
    filters: z.int().positive(),
    // tfjs does not save it. Where it is not 1, the shape of the weights does not match.
    depth_multiplier: z.int().positive().default(1),
  }),
  examples: [
    { config: { filters: 3, kernelSize: 2 }, inputs: [[3, 3, 2]] },
    { config: { filters: 2, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' }, inputs: [[4, 4, 2]] },
  ],
  lower(context, config, inputs) {
    const { build } = context;
    const x = image(context, inputs, config.data_format);
    const shape = build.shape(x);
    const windows = windowsFor(config, shape);
    const channels = shape.at(-1)!;
    const wide = channels * config.depth_multiplier;
    const own = context.weight('depthwise_kernel', [...config.kernel_size, channels, config.depth_multiplier]);
    const across = context.weight('pointwise_kernel', [1, 1, wide, config.filters]);
    const deep = depthwise(context, shifts(context, x, windows), own);
    return finish(context, build.matMul(deep, build.reshape(across, [wide, config.filters])), windows.output, config);
  },
});
