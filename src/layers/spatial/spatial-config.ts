import * as z from 'zod';
import { list } from '../../network/untrusted-schemas.js';
import type { ValueId } from '../../program/program.js';
import { type Layer, type LayerContext, transposed } from '../layer.js';

/** One number for all spatial axes, or one for each of them. */
export const perAxis = (rank: number, schema: z.ZodType<number> = z.int().positive()) =>
  z.union([
    schema.transform((all) => new Array<number>(rank).fill(all)),
    list(schema, rank).refine((own) => own.length === rank),
  ]);

export const dataFormat = z.enum(['channels_last', 'channels_first']);

/** Some files do not save it; channels are last then. */
export type Format = z.output<typeof dataFormat> | null | undefined;

interface Formatted {
  readonly data_format?: Format;
}

/**
 * A layer for values [spatial…, channels] that also takes values [channels, spatial…]: it moves their channels to the end,
 * and those of the result back.
 * @param axes number of axes at the end that are spatial or of channels; by default all
 */
export const inBothFormats = <Config extends Formatted>(entry: Layer<Config>, axes = Infinity): Layer<Config> => ({
  ...entry,
  lower(context, config, inputs) {
    if (config.data_format !== 'channels_first') return entry.lower(context, config, inputs);
    const moved = inputs.map((x) => channelsLast(context, x, axes));
    return channelsFirst(context, entry.lower(context, config, moved), axes);
  },
});

/** [channels, spatial…] as [spatial…, channels]. */
export function channelsLast(context: LayerContext, x: ValueId, axes = Infinity): ValueId {
  const { front, own } = split(context.build.shape(x).length, axes);
  return transposed(context, x, [...front, ...own.slice(1), ...own.slice(0, 1)]);
}

/** [spatial…, channels] as [channels, spatial…]. */
export function channelsFirst(context: LayerContext, x: ValueId, axes = Infinity): ValueId {
  const { front, own } = split(context.build.shape(x).length, axes);
  return transposed(context, x, [...front, ...own.slice(-1), ...own.slice(0, -1)]);
}

/** The numbers of the last axes, and of those in front of them. */
function split(rank: number, last: number): { front: number[]; own: number[] } {
  const all = Array.from({ length: rank }, (_, axis) => axis);
  const at = Math.max(0, rank - last);
  return { front: all.slice(0, at), own: all.slice(at) };
}
