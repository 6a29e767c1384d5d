import * as z from 'zod';
import { list } from '../network/untrusted-schemas.js';
import type { Shape, Values } from '../kernels/kernels.js';
import { type LayerContext, axesSchema, exampleAxis, layer, refuse, single } from './layer.js';
import { carried } from './masks/mask-rules.js';

const oneOrMoreNumbers = z.union([z.number(), list(z.number())]);

/** scale·x + offset, where scale and offset are numbers or have one number for each channel. */
export const rescaling = layer({
  config: z.object({ scale: oneOrMoreNumbers, offset: oneOrMoreNumbers }),
  rescalesInputs: true,
  examples: [
    { config: { scale: 0.5, offset: -1 }, inputs: [[4]] },
    { config: { scale: 2, offset: 0 }, inputs: [[2, 3]] },
  ],
  lower(context, { scale, offset }, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    if (typeof scale === 'number' && typeof offset === 'number') return build.affine(x, scale, offset);
    const row = (numbers: number | number[]): number => {
      const list = typeof numbers === 'number' ? [numbers] : numbers;
      return build.constant(Float64Array.from(list), [list.length]);
    };
    return build.add(build.multiply(x, row(scale)), row(offset));
  },
  // In Keras 2 the result has no mask.
  mask: (context) => (context.kerasMajor === 3 || context.tfjs ? carried(context) : null),
});

/** Numbers and the shape of the nested lists in which they are saved. */
interface Nested {
  readonly values: Values;
  readonly shape: Shape;
}

const nested = z.union([
  z.number().transform((value): Nested => ({ values: Float64Array.of(value), shape: [] })),
  list(z.number()).transform((values): Nested => ({ values: Float64Array.from(values), shape: [values.length] })),
  list(list(z.number()))
    .refine((rows) => rows.every((row) => row.length === rows[0]?.length), 'its rows differ in length')
    .transform((rows): Nested => {
      return { values: Float64Array.from(rows.flat()), shape: [rows.length, rows[0]?.length ?? 0] };
    }),
]);

const keptAxesSchema = z.union([z.null().transform(() => []), axesSchema]);

/** The smallest standard deviation: epsilon of Keras. */
const LEAST_DEVIATION = 1e-7;

/** The shape with which constants of `shape` apply along the last of the kept axes of an example. */
function alongKept(context: LayerContext, shape: Shape, kept: readonly number[], example: Shape): number[] {
  const wide = example.map(() => 1);
  shape.forEach((size, k) => {
    const axis = kept[k + kept.length - shape.length];
    if (axis === undefined || (size !== 1 && size !== example[axis])) {
      refuse(context, `a mean of shape [${shape}] does not fit the axes [${kept.map((own) => own + 1)}] of its input`);
    }
    wide[axis] = size;
  });
  return wide;
}

/**
 * Normalization of Keras: (x − mean) / max(√variance, 1e-7), or its inverse, with constants for each element of the given
 * axes. The constants are in the configuration, or `adapt` computed them and the file stores them as weights.
 */
export const normalization = layer({
  config: z.object({
    axis: keptAxesSchema,
    mean: nested.nullish(),
    variance: nested.nullish(),
    invert: z.boolean().default(false),
  }),
  rescalesInputs: true,
  examples: [
    { config: { axis: [-1], mean: 0.5, variance: 4, invert: false }, inputs: [[3]] },
    { config: { axis: [2], mean: [1, 0.5, -2], variance: [4, 1, 0.25], invert: true }, inputs: [[2, 3]] },
  ],
  lower(context, { axis, mean, variance, invert }, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const example = build.shape(x);
    const kept = axis.map((own) => exampleAxis(context, own, example.length)).sort((a, b) => a - b);
    const own = kept.map((one) => example[one]!);
    const found = (name: string): Nested => ({ values: context.statistic(name, own), shape: own });
    const [centres, variances] = [mean ?? found('mean'), variance ?? found('variance')];
    if (variances.values.some((v) => v < 0))
      refuse(context, 'its variance holds negative numbers', 'adapt the layer to the data again');
    const constant = ({ shape }: Nested, values: Float64Array): number => {
      const wide = alongKept(context, shape, kept, example);
      return build.constant(values, wide);
    };
    const deviations = Float64Array.from(variances.values, (v) => Math.max(Math.sqrt(v), LEAST_DEVIATION));
    const shifts = Float64Array.from(centres.values);
    if (invert) return build.add(build.multiply(x, constant(variances, deviations)), constant(centres, shifts));
    const centred = build.add(
      x,
      constant(
        centres,
        shifts.map((value) => -value),
      ),
    );
    return build.multiply(
      centred,
      constant(
        variances,
        deviations.map((deviation) => 1 / deviation),
      ),
    );
  },
  // In Keras 2 the result has no mask.
  mask: (context) => (context.kerasMajor === 3 ? carried(context) : null),
});
