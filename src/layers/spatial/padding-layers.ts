import * as z from 'zod';
import { sizeOf } from '../../kernels/kernels.js';
import type { ValueId } from '../../program/program.js';
import { dataFormat, inBothFormats } from './spatial-config.js';
import { type LayerContext, layer, refuse, single } from '../layer.js';
import { rowsOf } from './windows.js';

/** Rearranges spatial positions. @param source for a position along an axis of the result, its position in x */
export function rearrange(
  context: LayerContext,
  x: ValueId,
  output: readonly number[],
  source: (at: number, axis: number) => number,
): ValueId {
  const { build } = context;
  const shape = build.shape(x);
  const [size, channels] = [shape.slice(0, -1), shape.at(-1)!];
  if (!output.every((count) => count > 0)) refuse(context, `nothing remains of an input of shape [${shape}]`);
  const ones = output.map(() => 1);
  const rows = rowsOf(output, ones, size, (at, _, axis) => source(at, axis));
  const taken = build.apply('take', { rows }, [build.reshape(x, [sizeOf(size), channels])]);
  return build.reshape(taken, [...output, channels]);
}

/** Numbers before and after each of two spatial axes, in all notations of Keras. */
const size = z.int().nonnegative();
const pairs = z.union([
  size.transform((all) => [
    [all, all],
    [all, all],
  ]),
  z.tuple([size, size]).transform((own) => own.map((both) => [both, both])),
  z.tuple([z.tuple([size, size]), z.tuple([size, size])]),
]);

export const zeroPadding2d = layer(
  inBothFormats({
    config: z.object({ padding: pairs, data_format: dataFormat }),
    examples: [
      { config: { padding: 1, dataFormat: 'channelsLast' }, inputs: [[2, 3, 2]] },
      { config: { padding: 1, dataFormat: 'channelsFirst' }, inputs: [[2, 3, 1]] },
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
      return rearrange(context, x, output, (at, axis) => at - before[axis]!);
    },
  }),
);

export const cropping2d = layer(
  inBothFormats({
    config: z.object({ cropping: pairs, data_format: dataFormat }),
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
      return rearrange(context, x, output, (at, axis) => at + cropping[axis]![0]);
    },
  }),
);
