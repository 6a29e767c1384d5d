import * as z from 'zod';
import { list } from '../../network/untrusted-schemas.js';

/** One number for all spatial axes, or one for each of them. */
export const perAxis = (rank: number, schema: z.ZodType<number> = z.int().positive()) =>
  z.union([
    schema.transform((all) => new Array<number>(rank).fill(all)),
    list(schema, rank).refine((own) => own.length === rank),
  ]);

export const channelsLast = z.literal('channels_last', { error: 'only data_format channels_last is supported' });
