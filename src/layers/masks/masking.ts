import * as z from 'zod';
import { layer, single } from '../layer.js';
import { differsFrom } from './mask-rules.js';

/** Masks steps in which every element is the mask value, and sets them to zero. */
export const masking = layer({
  config: z.object({ mask_value: z.number() }),
  examples: [
    { config: { maskValue: 0.5 }, inputs: [[2, 3]] },
    { config: {}, inputs: [[3, 2]] },
  ],
  lower(context, { mask_value: value }, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const mask = differsFrom(context, x, value);
    return build.multiply(x, build.reshape(mask, [...build.shape(mask), 1]));
  },
  mask: (context, { mask_value: value }, inputs) => differsFrom(context, single(context, inputs), value),
});
