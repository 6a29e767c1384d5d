import * as z from 'zod';
import { layer, refuse, single } from '../layer.js';
import { differsFrom, either } from './mask-rules.js';

/*
 * Operations with which Keras 3 computes masks. Functional models contain them as layers, and pass their results to layers
 * as masks. Truth values are 0 and 1 here.
 */

/** x ≠ number, element by element. */
export const notEqual = layer({
  config: z.object({ constants: z.tuple([z.number()]) }),
  examples: [],
  lower: (context, { constants: [other] }, inputs) => context.build.map(single(context, inputs), 'notEqual', other),
});

/** Whether any element along the last axis is true. */
export const any = layer({
  config: z.object({ axis: z.literal(-1), keepdims: z.literal(false) }),
  examples: [],
  lower: (context, _, inputs) => differsFrom(context, single(context, inputs), 0),
});

export const logicalOr = layer({
  config: z.object({}),
  examples: [],
  lower(context, _, inputs) {
    const [left, right, more] = inputs;
    if (left === undefined || right === undefined || more !== undefined) return refuse(context, 'takes two inputs');
    return either(context.build, left, right);
  },
});
