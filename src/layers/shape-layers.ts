import * as z from 'zod';
import { sizeOf } from '../kernels/kernels.js';
import { list } from '../network/untrusted-schemas.js';
import type { ValueId } from '../program/program.js';
import { type LayerContext, everyLayer, exampleAxis, layer, refuse, single } from './layer.js';
import { channelsLast } from './spatial/spatial-config.js';

/** Flatten counts channels last in both formats. */
const inFormat = (context: LayerContext, x: ValueId, format: string | null | undefined): ValueId =>
  format === 'channels_first' ? channelsLast(context, x) : x;

export const flatten = layer({
  config: z.strictObject({ ...everyLayer, data_format: z.string().nullish() }),
  examples: [
    { config: {}, inputs: [[2, 3]] },
    { config: {}, inputs: [[2, 1, 3]] },
  ],
  lower(context, { data_format: format }, inputs) {
    const x = inFormat(context, single(context, inputs), format);
    const shape = context.build.shape(x);
    return shape.length === 1 ? x : context.build.reshape(x, [sizeOf(shape)]);
  },
});

export const reshape = layer({
  // tfjs saves null for an unknown size, Keras saves −1.
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

export const permute = layer({
  config: z.object({ dims: list(z.int().positive(), 16) }),
  examples: [
    { config: { dims: [2, 1] }, inputs: [[2, 3]] },
    { config: { dims: [3, 1, 2] }, inputs: [[2, 3, 2]] },
  ],
  lower(context, { dims }, inputs) {
    const x = single(context, inputs);
    const rank = context.build.shape(x).length;
    const permutation = dims.map((axis) => exampleAxis(context, axis, rank));
    if (new Set(permutation).size !== rank) refuse(context, `[${dims}] is not a permutation of ${rank} axes`);
    return context.build.apply('transpose', { permutation }, [x]);
  },
});

export const repeatVector = layer({
  config: z.object({
    n: z
      .int()
      .positive()
      .max(2 ** 20),
  }),
  examples: [
    { config: { n: 3 }, inputs: [[4]] },
    { config: { n: 1 }, inputs: [[2]] },
  ],
  lower(context, { n }, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const row = build.reshape(x, [1, sizeOf(build.shape(x))]);
    return build.apply('take', { rows: new Int32Array(n) }, [row]);
  },
});
