import { sizeOf } from '../../kernels/kernels.js';
import * as z from 'zod';
import type { ValueId } from '../../program/program.js';
import { shifts } from './patches.js';
import { dataFormat, inBothFormats, perAxis } from './spatial-config.js';
import { type LayerContext, type LayerExample, layer, single } from '../layer.js';
import { stepMask } from '../masks/mask-rules.js';
import { type Windows, windowsOn } from './windows.js';

const config = (rank: number) =>
  z.object({
    pool_size: perAxis(rank),
    strides: perAxis(rank),
    padding: z.enum(['same', 'valid']),
    data_format: dataFormat.nullish(),
  });

/** Replaces padding by the first element inside the window, so that it does not change the maximum. */
function clamped({ output, rows, count }: Windows): Windows {
  const filled = rows.slice();
  for (let from = 0; from < rows.length; from += count) {
    const own = filled.subarray(from, from + count);
    const first = own.find((row) => row >= 0) ?? -1;
    own.forEach((row, k) => void (own[k] = row >= 0 ? row : first));
  }
  return { output, rows: filled, count };
}

/** For each window, 1 / number of elements inside the image. */
function shares({ rows, count }: Windows): Float64Array {
  return Float64Array.from({ length: rows.length / count }, (_, position) => {
    const own = rows.subarray(position * count, (position + 1) * count);
    return 1 / own.filter((row) => row >= 0).length;
  });
}

const pooling = (rank: number, kind: 'maximum' | 'average', examples: readonly LayerExample[]) =>
  layer(
    inBothFormats({
      config: config(rank),
      examples,
      lower(context, { pool_size: kernel, strides, padding }, inputs) {
        const { build } = context;
        const x = single(context, inputs);
        const shape = build.shape(x);
        const dilation = kernel.map(() => 1);
        const windows = windowsOn(shape.slice(0, -1), { kernel, strides, dilation, padding });
        const result = [...windows.output, shape.at(-1)!];
        const pool = (): ValueId => {
          if (kind === 'maximum') {
            return build.apply('reduceMax', { axis: 0 }, [shifts(context, x, clamped(windows))], 'max pooling');
          }
          const sum = build.apply('reduceSum', { axes: [0] }, [shifts(context, x, windows)]);
          const share = shares(windows);
          return build.multiply(sum, build.constant(share, [1, share.length, 1]));
        };
        return build.reshape(pool(), result);
      },
    }),
  );

const examples = [
  [
    { config: { poolSize: 2 }, inputs: [[5, 2]] },
    { config: { poolSize: 3, strides: 2, padding: 'same' }, inputs: [[4, 2]] },
  ],
  [
    { config: { poolSize: [2, 2] }, inputs: [[4, 5, 2]] },
    { config: { poolSize: [3, 2], strides: [1, 2], padding: 'same' }, inputs: [[3, 3, 2]] },
  ],
  [
    { config: { poolSize: [2, 2, 2] }, inputs: [[2, 4, 3, 1]] },
    { config: { poolSize: [2, 1, 2], strides: [1, 2, 1], padding: 'same' }, inputs: [[2, 3, 2, 2]] },
  ],
] as const;

export const maxPooling1d = pooling(1, 'maximum', examples[0]);
export const maxPooling2d = pooling(2, 'maximum', examples[1]);
export const maxPooling3d = pooling(3, 'maximum', examples[2]);
export const averagePooling1d = pooling(1, 'average', examples[0]);
export const averagePooling2d = pooling(2, 'average', examples[1]);
export const averagePooling3d = pooling(3, 'average', examples[2]);

/** The mean over the rows. Where these are steps of a sequence, Keras uses only the steps that are not masked. */
function meanOf(context: LayerContext, rows: ValueId, areSteps: boolean): ValueId {
  const { build, tfjs } = context;
  const mask = areSteps && !tfjs ? stepMask(context, rows) : null;
  if (mask === null) return build.mean(rows, [0]);
  const column = build.reshape(mask, [...build.shape(mask), 1]);
  const sum = (value: ValueId): ValueId => build.apply('reduceSum', { axes: [0] }, [value]);
  return build.multiply(sum(build.multiply(rows, column)), build.map(sum(column), 'reciprocal'));
}

const globalPooling = (kind: 'maximum' | 'average', shapes: readonly (readonly number[])[]) =>
  layer(
    inBothFormats({
      config: z.object({ data_format: dataFormat.nullish(), keepdims: z.boolean().nullish() }),
      examples: shapes.map((shape) => ({ config: {}, inputs: [shape] })),
      lower(context, { keepdims }, inputs) {
        const { build } = context;
        const x = single(context, inputs);
        const shape = build.shape(x);
        const channels = shape.at(-1)!;
        const rows = build.reshape(x, [sizeOf(shape.slice(0, -1)), channels]);
        const pooled =
          kind === 'average'
            ? meanOf(context, rows, shape.length === 2)
            : build.apply('reduceMax', { axis: 0 }, [rows], 'global max pooling');
        return build.reshape(pooled, keepdims ? [...shape.slice(0, -1).map(() => 1), channels] : [channels]);
      },
    }),
  );

const sequences = [
  [4, 2],
  [3, 3],
];
const images = [
  [2, 3, 2],
  [3, 2, 1],
];

export const globalAveragePooling1d = globalPooling('average', sequences);
export const globalAveragePooling2d = globalPooling('average', images);
export const globalMaxPooling1d = globalPooling('maximum', sequences);
export const globalMaxPooling2d = globalPooling('maximum', images);
