import * as z from 'zod';
import { sizeOf } from '../../kernels/kernels.js';
import type { Builder } from '../../program/build.js';
import type { ValueId } from '../../program/program.js';
import { exampleAxis, layer, refuse, single } from '../layer.js';
import { both, differsFrom, either } from './mask-rules.js';

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

const logical = (join: (build: Builder, left: ValueId, right: ValueId) => ValueId) =>
  layer({
    config: z.object({}),
    examples: [],
    lower(context, _, inputs) {
      const [left, right, more] = inputs;
      if (left === undefined || right === undefined || more !== undefined) return refuse(context, 'takes two inputs');
      return join(context.build, left, right);
    },
  });

export const logicalAnd = logical(both);
export const logicalOr = logical(either);

/** Models in mixed precision cast what they compare. Values are not rounded to the type here, nor anywhere else. */
export const cast = layer({
  config: z.object({
    dtype: z.enum(['float16', 'bfloat16', 'float32', 'float64'], { error: 'only casts to numbers are supported' }),
  }),
  examples: [],
  lower: (context, _, inputs) => single(context, inputs),
});

/** Adds an axis of size 1. */
export const expandDims = layer({
  config: z.object({ axis: z.int() }),
  examples: [],
  lower(context, { axis }, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const shape = build.shape(x);
    return build.reshape(x, shape.toSpliced(exampleAxis(context, axis, shape.length + 1), 0, 1));
  },
});

const filled = (number: number) =>
  layer({
    config: z.object({}),
    examples: [],
    lower(context, _, inputs) {
      const shape = context.build.shape(single(context, inputs));
      return context.build.constant(new Float64Array(sizeOf(shape)).fill(number), shape);
    },
  });

export const zerosLike = filled(0);
export const onesLike = filled(1);
