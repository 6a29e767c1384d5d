import * as z from 'zod';
import { sizeOf } from '../../kernels/kernels.js';
import type { ValueId } from '../../program/program.js';
import { patches } from './patches.js';
import { dataFormat, inBothFormats, perAxis } from './spatial-config.js';
import { type LayerContext, layer, refuse, single } from '../layer.js';
import { rearrange } from './padding-layers.js';

/** The position in the image for a position of the result, along one axis of size `from` or `to`. */
type Place = (at: number, from: number, to: number) => number;

/** Keras: the centre of pixel k is at k + 1/2. */
const halfPixel: Place = (at, from, to) => ((at + 0.5) * from) / to - 0.5;
/** UpSampling2D of tfjs: pixel k is at k. */
const asymmetric: Place = (at, from, to) => (at * from) / to;
/** Resizing of tfjs: the first and the last pixel keep their places. */
const alignedCorners: Place = (at, from, to) => (to > 1 ? (at * (from - 1)) / (to - 1) : 0);

const within = (at: number, size: number): number => Math.min(Math.max(at, 0), size - 1);

/** For each pixel of the result along one axis: the two pixels around it, each with its weight. */
function between(from: number, to: number, place: Place): { at: number; share: number }[][] {
  return Array.from({ length: to }, (_, k) => {
    const exact = place(k, from, to);
    const low = Math.floor(exact);
    return [
      { at: within(low, from), share: low + 1 - exact },
      { at: within(low + 1, from), share: exact - low },
    ];
  });
}

/** Each pixel is a weighted mean of the four around its place. */
function bilinear(context: LayerContext, x: ValueId, output: readonly number[], place: Place): ValueId {
  const { build } = context;
  const [height = 1, width = 1, channels = 1] = build.shape(x);
  const [toHeight = 1, toWidth = 1] = output;
  const columns = between(width, toWidth, place);
  const rows = new Int32Array(4 * toHeight * toWidth);
  const shares = new Float64Array(rows.length);
  let k = 0;
  for (const pair of between(height, toHeight, place)) {
    for (const neighbours of columns) {
      for (const row of pair) {
        for (const column of neighbours) {
          rows[k] = row.at * width + column.at;
          shares[k++] = row.share * column.share;
        }
      }
    }
  }
  const weights = build.constant(shares, [toHeight * toWidth, 4, 1]);
  const weighted = build.multiply(patches(context, x, { output, rows, count: 4 }), weights);
  return build.reshape(build.apply('reduceSum', { axes: [1] }, [weighted]), [...output, channels]);
}

/** Each pixel is that of the nearest place. */
function nearest(context: LayerContext, x: ValueId, output: readonly number[], place: Place): ValueId {
  const size = context.build.shape(x).slice(0, 2);
  // With aligned corners, halves are rounded up; otherwise the pixel that contains the place is taken.
  const round =
    place === alignedCorners ? Math.round : place === halfPixel ? (at: number) => Math.floor(at + 0.5) : Math.floor;
  return rearrange(context, x, output, (at, axis) => {
    const [from, to] = [size[axis]!, output[axis]!];
    return within(round(place(at, from, to)), from);
  });
}

function image(context: LayerContext, inputs: readonly ValueId[]): ValueId {
  const x = single(context, inputs);
  const shape = context.build.shape(x);
  if (shape.length !== 3) refuse(context, `takes images [height, width, channels], not inputs of shape [${shape}]`);
  return x;
}

const interpolation = z.enum(['nearest', 'bilinear'], {
  error: 'only nearest and bilinear interpolation are supported',
});

/** Pixels of the largest image: more than networks use, and few enough for a list. */
const MAX_PIXELS = 2 ** 22;

function resampled(
  context: LayerContext,
  kind: 'nearest' | 'bilinear',
  x: ValueId,
  output: readonly number[],
  place: Place,
): ValueId {
  if (sizeOf(output) > MAX_PIXELS) refuse(context, `an image of shape [${output}] is too large`);
  return (kind === 'nearest' ? nearest : bilinear)(context, x, output, place);
}

export const upSampling2d = layer(
  inBothFormats({
    config: z.object({ size: perAxis(2), data_format: dataFormat, interpolation }),
    examples: [
      { config: { size: [2, 3] }, inputs: [[2, 2, 2]] },
      { config: { size: [1, 2] }, inputs: [[3, 1, 1]] },
      { config: { size: [3, 2], interpolation: 'bilinear' }, inputs: [[2, 3, 2]] },
    ],
    lower(context, { size: factors, interpolation: kind }, inputs) {
      const x = image(context, inputs);
      const output = factors.map((factor, axis) => factor * context.build.shape(x)[axis]!);
      return resampled(context, kind, x, output, context.tfjs ? asymmetric : halfPixel);
    },
  }),
);

const pixels = z
  .int()
  .positive()
  .max(2 ** 14);

/** An option that is not supported; Keras 2 and tfjs do not save it. */
const off = (name: string) => z.literal(false, { error: `${name} is not supported` }).optional();

export const resizing = layer(
  inBothFormats({
    config: z.object({
      height: pixels,
      width: pixels,
      interpolation,
      crop_to_aspect_ratio: z.boolean(),
      pad_to_aspect_ratio: off('pad_to_aspect_ratio'),
      antialias: off('antialias'),
      data_format: dataFormat.optional(),
    }),
    examples: [
      { config: { height: 3, width: 5 }, inputs: [[2, 3, 2]] },
      { config: { height: 2, width: 3, interpolation: 'nearest' }, inputs: [[4, 5, 1]] },
      { config: { height: 4, width: 1, cropToAspectRatio: true }, inputs: [[3, 2, 1]] },
    ],
    lower(context, { height, width, interpolation: kind, crop_to_aspect_ratio: crop }, inputs) {
      const x = image(context, inputs);
      if (!context.tfjs && crop) refuse(context, 'crop_to_aspect_ratio is not supported');
      // tfjs uses this option for the way in which places are computed.
      const place = !context.tfjs ? halfPixel : crop ? asymmetric : alignedCorners;
      return resampled(context, kind, x, [height, width], place);
    },
  }),
);

/** The centre of an image. Smaller images are refused: the versions treat them differently. */
export const centerCrop = layer(
  inBothFormats({
    config: z.object({ height: pixels, width: pixels, data_format: dataFormat.optional() }),
    examples: [
      { config: { height: 2, width: 3 }, inputs: [[4, 6, 2]] },
      { config: { height: 3, width: 2 }, inputs: [[6, 5, 1]] },
    ],
    lower(context, { height, width }, inputs) {
      const x = image(context, inputs);
      const output = [height, width];
      const size = context.build.shape(x).slice(0, 2);
      if (output.some((own, axis) => own > size[axis]!)) {
        refuse(context, `an image of shape [${size}] is too small for a crop of [${output}]`, 'use a Resizing layer');
      }
      return rearrange(context, x, output, (at, axis) => {
        const [from, to] = [size[axis]!, output[axis]!];
        return context.tfjs ? cropOfTfjs(at, from, to, axis) : Math.floor((from - to) / 2) + at;
      });
    },
  }),
);

/** tfjs turns the crop into a box in relative float32 coordinates, whose ends it maps to centres of pixels. */
function cropOfTfjs(at: number, from: number, to: number, axis: number): number {
  const margin = Math.floor((from - to) / 2);
  const before = axis === 1 && margin === 0 && from !== to ? 1 : margin;
  const [low, high] = [Math.fround(before / from), Math.fround((before + to) / from)];
  if (to === 1) return Math.round(0.5 * (low + high) * (from - 1));
  return Math.round(low * (from - 1) + (at * (high - low) * (from - 1)) / (to - 1));
}
