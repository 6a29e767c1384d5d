import * as z from 'zod';
import { list } from '../../network/untrusted-schemas.js';
import { sizeOf } from '../../kernels/kernels.js';
import type { ValueId } from '../../program/program.js';
import { channelsLast } from './convolution-layers.js';
import { type LayerContext, exampleAxis, layer, refuse, single } from '../layer.js';
import { rowsOf } from './windows.js';

/** Another arrangement of spatial positions, channels left alone; `source` names where each comes from, by axis. */
export function rearrange(
  context: LayerContext,
  x: ValueId,
  output: readonly number[],
  source: (at: number, axis: number) => number,
): ValueId {
  const { build } = context;
  const shape = build.shape(x);
  const [size, channels] = [shape.slice(0, -1), shape.at(-1) as number];
  if (!output.every((count) => count > 0)) refuse(context, `nothing is left of [${shape}]`);
  const ones = output.map(() => 1);
  const rows = rowsOf(output, ones, size, (at, _, axis) => source(at, axis));
  const taken = build.apply('take', { rows }, [build.reshape(x, [sizeOf(size), channels])]);
  return build.reshape(taken, [...output, channels]);
}

/** Numbers before and after each of two spatial axes, in all of Keras's spellings. */
const size = z.int().nonnegative();
const pairs = z.union([
  size.transform((all) => [
    [all, all],
    [all, all],
  ]),
  z.tuple([size, size]).transform((own) => own.map((both) => [both, both])),
  z.tuple([z.tuple([size, size]), z.tuple([size, size])]),
]);

export const zeroPadding2d = layer({
  config: z.object({ padding: pairs, data_format: channelsLast }),
  examples: [
    { config: { padding: 1, dataFormat: 'channelsLast' }, inputs: [[2, 3, 2]] },
    {
      config: {
        padding: [
          [1, 0],
          [0, 2],
        ],
        dataFormat: 'channelsLast',
      },
      inputs: [[2, 2, 1]],
    },
  ],
  lower(context, { padding }, inputs) {
    const x = single(context, inputs);
    const before = padding.map(([front = 0]) => front);
    const output = context.build
      .shape(x)
      .slice(0, -1)
      .map((own, axis) => own + (padding[axis] ?? []).reduce((a, b) => a + b, 0));
    return rearrange(context, x, output, (at, axis) => at - (before[axis] as number));
  },
});

export const cropping2d = layer({
  config: z.object({ cropping: pairs, data_format: channelsLast }),
  examples: [
    {
      config: {
        cropping: [
          [1, 0],
          [0, 1],
        ],
      },
      inputs: [[3, 3, 2]],
    },
    {
      config: {
        cropping: [
          [1, 1],
          [1, 0],
        ],
      },
      inputs: [[4, 3, 1]],
    },
  ],
  lower(context, { cropping }, inputs) {
    const x = single(context, inputs);
    const output = context.build
      .shape(x)
      .slice(0, -1)
      .map((own, axis) => own - (cropping[axis] ?? []).reduce((a, b) => a + b, 0));
    return rearrange(context, x, output, (at, axis) => at + (cropping[axis]?.[0] as number));
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
    if (new Set(permutation).size !== rank) refuse(context, `[${dims}] is no permutation of ${rank} axes`);
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
