import * as z from 'zod';
import { sizeOf } from '../../kernels/kernels.js';
import type { ValueId } from '../../program/program.js';
import { activationSchema } from '../activation/activations.js';
import { product } from '../spatial/convolution-layers.js';
import { patches } from '../spatial/patches.js';
import { dataFormat, inBothFormats, perAxis } from '../spatial/spatial-config.js';
import { type LayerContext, layer, refuse } from '../layer.js';
import { type Recurrence, recur, recurrentConfig } from './recurrence.js';
import { memoryStep } from './recurrent-cells.js';
import { sequenceMask } from './recurrent-layers.js';
import { weightPaths } from '../../load/keras/weights/weight-names.js';
import { type Windows, checkWindows, windowsOn } from '../spatial/windows.js';

const config = z.object({
  ...recurrentConfig,
  filters: z.int().positive(),
  kernel_size: perAxis(2),
  strides: perAxis(2),
  dilation_rate: perAxis(2),
  padding: z.enum(['same', 'valid']),
  data_format: dataFormat,
  activation: activationSchema,
  recurrent_activation: activationSchema,
  use_bias: z.boolean(),
});
type Config = z.output<typeof config>;

/** The same windows on each of several stacked images. @throws RangeError when there are too many */
function onEach({ output, rows, count }: Windows, images: number, size: number): Windows {
  checkWindows([count], (images * rows.length) / count);
  const all = new Int32Array(images * rows.length);
  for (let k = 0; k < all.length; k++) {
    const row = rows[k % rows.length]!;
    all[k] = row < 0 ? row : row + Math.floor(k / rows.length) * size;
  }
  return { output, rows: all, count };
}

/** x [steps, height, width, channels]; states are [positions, filters]. Shi et al. (2015), equation 3, without peepholes. */
function begin(context: LayerContext, own: Config, x: ValueId): Recurrence {
  const { build } = context;
  const [steps = 1, ...image] = build.shape(x);
  const [size, channels = 0] = [image.slice(0, 2), image[2]];
  const isRow = [own.activation, own.recurrent_activation].some((name) => name.endsWith('softmax'));
  if (isRow && own.data_format === 'channels_first')
    refuse(context, 'softmax with channels_first is not supported here: it is not over the channels');
  if (image.length !== 3) refuse(context, `takes sequences of images, not inputs of shape [${build.shape(x)}]`);
  const { kernel_size: kernelSize, filters } = own;
  const ones = kernelSize.map(() => 1);
  const kernel = context.weight('kernel', [...kernelSize, channels, 4 * filters]);
  const recurrent = context.weight('recurrent_kernel', [...kernelSize, filters, 4 * filters]);
  const bias = own.use_bias ? context.weight('bias', [4 * filters]) : null;
  const windows = windowsOn(size, { ...own, kernel: kernelSize, dilation: own.dilation_rate });
  const again = windowsOn(windows.output, { kernel: kernelSize, strides: ones, dilation: ones, padding: 'same' });
  const inputs = product(context, patches(context, x, onEach(windows, steps, sizeOf(size))), kernel);
  const biased = bias === null ? inputs : build.add(inputs, bias);
  const positions = sizeOf(windows.output);
  const zeros = build.constant(new Float64Array(positions * filters), [positions, filters]);
  return {
    initial: [zeros, zeros],
    output: [...windows.output, filters],
    step(time, [h = 0, carry = 0]) {
      const fromState = product(context, patches(context, h, again), recurrent);
      const sums = build.add(build.slice(biased, 0, time * positions, positions), fromState);
      return memoryStep(context, own, sums, carry);
    },
  };
}

/** A long short-term memory in which convolutions replace matrix products. */
export const convLstm2d = layer(
  inBothFormats(
    {
      config,
      examples: [
        { config: { filters: 1, kernelSize: 2, recurrentActivation: 'sigmoid' }, inputs: [[2, 3, 2, 2]] },
        {
          config: {
            filters: 2,
            kernelSize: [2, 1],
            strides: [1, 2],
            padding: 'same',
            useBias: false,
            recurrentActivation: 'sigmoid',
            returnSequences: true,
            goBackwards: true,
          },
          inputs: [[2, 2, 3, 1]],
        },
      ],
      lower: (context, own, inputs) =>
        recur(context, own, [(outer, x) => begin(outer.inside(weightPaths.cell()), own, x)], inputs),
      mask: sequenceMask,
    },
    3,
  ),
);
