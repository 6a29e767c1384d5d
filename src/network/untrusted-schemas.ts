import * as z from 'zod';
import { UNPRINTABLE } from '../errors.js';

/** Layers, weights, calls or arguments in one list: more than any real model has, and few enough for any check. */
const MOST = 2 ** 14;

/** A list of limited length; its elements are looked at only once its length is known to be in order. */
export const list = <Schema extends z.ZodType>(element: Schema, most = MOST) =>
  z.array(z.unknown()).max(most).pipe(z.array(element));

/** A name that can be printed: one line, and nothing that a terminal would take for a command. */
export const text = z
  .string()
  .min(1)
  .max(1000)
  .refine((name) => name.search(UNPRINTABLE) < 0, 'expected a name without control characters');
