import * as z from 'zod';
import type { ValueId } from '../program/program.js';
import { type LayerContext, everyLayer, layer, refuse, single } from './layer.js';

/** Rows of a table, by integer inputs. */
export const embedding = layer({
  // tfjs saves null for mask_zero where it is not set.
  config: z.object({
    input_dim: z.int().positive(),
    output_dim: z.int().positive(),
    mask_zero: z.boolean().nullable(),
    lora_rank: z.null({ error: 'LoRA is not supported' }).optional(),
  }),
  examples: [
    { config: { inputDim: 4, outputDim: 2 }, inputs: [[3]], integers: true },
    { config: { inputDim: 3, outputDim: 1, maskZero: true }, inputs: [[2]], integers: true },
  ],
  lower(context, { input_dim: size, output_dim: width }, inputs) {
    const indices = single(context, inputs);
    context.indices(indices, size);
    return context.build.apply('lookup', {}, [indices, context.weight('embeddings', [size, width])]);
  },
  mask(context, config, inputs) {
    return config.mask_zero ? context.build.map(single(context, inputs), 'notEqual', 0) : null;
  },
});

/** 1 where an integer is k, for k below `size`: [..., size]. */
function oneHot({ build }: LayerContext, indices: ValueId, size: number): ValueId {
  const shape = build.shape(indices);
  const column = build.reshape(indices, [...shape, 1]);
  const numbers = build.constant(
    Float64Array.from({ length: size }, (_, k) => k),
    [...shape.map(() => 1), size],
  );
  return build.affine(build.map(build.subtract(column, numbers), 'notEqual', 0), -1, 1);
}

/** Integers as one-hot or multi-hot vectors, or as counts, along a last axis of `num_tokens`. */
export const categoryEncoding = layer({
  config: z.strictObject({
    ...everyLayer,
    num_tokens: z
      .int()
      .positive()
      .max(2 ** 24),
    output_mode: z.enum(['one_hot', 'multi_hot', 'count']),
    sparse: z.literal(false, { error: 'sparse outputs are not supported' }).optional(),
  }),
  examples: [
    { config: { numTokens: 3, outputMode: 'oneHot' }, inputs: [[1]], integers: true },
    { config: { numTokens: 3, outputMode: 'multiHot' }, inputs: [[4]], integers: true },
    { config: { numTokens: 2, outputMode: 'count' }, inputs: [[3]], integers: true },
  ],
  lower(context, { num_tokens: size, output_mode: mode }, inputs) {
    const { build } = context;
    const indices = single(context, inputs);
    const shape = build.shape(indices);
    context.indices(indices, size);
    const hot = oneHot(context, indices, size);
    if (mode === 'one_hot') return shape.at(-1) === 1 ? build.reshape(hot, [...shape.slice(0, -1), size]) : hot;
    if (shape.length !== 1) refuse(context, `output_mode ${mode} is not supported for inputs of shape [${shape}]`);
    const counts = build.reshape(build.apply('reduceSum', { axes: [0] }, [hot]), [size]);
    return mode === 'count' ? counts : build.map(counts, 'notEqual', 0);
  },
});
