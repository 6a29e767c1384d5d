import { sizeOf } from '../../kernels/kernels.js';
import * as z from 'zod';
import { text } from '../../network/untrusted-schemas.js';
import { weightPaths } from '../../load/keras/weights/weight-names.js';
import type { ValueId } from '../../program/program.js';
import { type LayerContext, type SavedLayer, layer, refuse, single } from '../layer.js';
import { carried } from '../masks/mask-rules.js';
import { insideConfig } from './recurrence.js';
import { sequenceMask } from './recurrent-layers.js';

const inside = z.object({ class_name: text, config: insideConfig });

/** Kinds that can be applied to all steps at once, since they act on the last axis only. */
const EVERY_STEP = ['Activation', 'Dense'];

/** A layer at each step of a sequence. */
export const timeDistributed = layer({
  config: z.object({ layer: inside }),
  examples: [
    { config: { layer: { className: 'Dense', config: { units: 2, activation: 'tanh' } } }, inputs: [[3, 2]] },
    {
      config: { layer: { className: 'Conv2D', config: { filters: 2, kernelSize: 2, activation: 'tanh' } } },
      inputs: [[2, 3, 2, 1]],
    },
    {
      config: { layer: { className: 'SimpleRNN', config: { units: 2, returnSequences: true } } },
      inputs: [[2, 3, 1]],
    },
    { config: { layer: { className: 'BatchNormalization', config: {} } }, inputs: [[3, 2]] },
  ],
  lower(context, { layer: own }, inputs) {
    const { build } = context;
    const x = single(context, inputs);
    const [steps = 0, ...rest] = build.shape(x);
    if (rest.length === 0) refuse(context, `takes sequences, not inputs of shape [${steps}]`);
    const mask = carried(context);
    if (context.tfjs && mask !== null && build.shape(mask).length > 1)
      refuse(context, 'tfjs-layers does not support masks of several axes here');
    const paths = weightPaths.timeDistributed(own.config.name);
    if (EVERY_STEP.includes(own.class_name)) return context.inner(own, paths, { value: x, mask }).value;
    const at = (value: ValueId, step: number): ValueId =>
      build.reshape(build.slice(value, 0, step, 1), build.shape(value).slice(1));
    const results = Array.from({ length: steps }, (_, step) => {
      const stepMask = mask === null ? null : at(mask, step);
      const { value, mask: made } = context.inner(own, paths, { value: at(x, step), mask: stepMask });
      if (made !== null && mask === null) refuse(context, 'a layer inside it that creates a mask is not supported yet');
      return build.reshape(value, [1, ...build.shape(value)]);
    });
    return build.concat(results, 0);
  },
  mask: carried,
});

const recurrentInside = z.object({
  class_name: text,
  config: insideConfig.extend({ return_sequences: z.boolean(), go_backwards: z.boolean() }),
});

/** The steps of a sequence in the opposite order. */
function reversed({ build }: LayerContext, x: ValueId): ValueId {
  const shape = build.shape(x);
  const [steps = 0, ...rest] = shape;
  const flat = build.reshape(x, [steps, sizeOf(rest)]);
  const rows = Int32Array.from({ length: steps }, (_, step) => steps - 1 - step);
  return build.reshape(build.apply('take', { rows }, [flat]), shape);
}

type Merge = (context: LayerContext, forward: ValueId, backward: ValueId) => ValueId;

const merges = {
  concat: ({ build }, forward, backward) => build.concat([forward, backward], build.shape(forward).length - 1),
  sum: ({ build }, forward, backward) => build.add(forward, backward),
  mul: ({ build }, forward, backward) => build.multiply(forward, backward),
  ave: ({ build }, forward, backward) => build.affine(build.add(forward, backward), 0.5, 0),
} satisfies Record<string, Merge>;

const gru = (config: object): object => ({
  className: 'GRU',
  config: { units: 1, recurrentActivation: 'sigmoid', ...config },
});

/** Two recurrent layers over a sequence: one forwards, one backwards. */
export const bidirectional = layer({
  config: z.object({
    merge_mode: z.enum(Object.keys(merges) as (keyof typeof merges)[], {
      error: 'without a merge mode the layer has two outputs, which is not supported',
    }),
    layer: recurrentInside,
    backward_layer: recurrentInside.nullish(),
  }),
  examples: [
    { config: { mergeMode: 'concat', layer: gru({ returnSequences: true }) }, inputs: [[3, 2]] },
    { config: { mergeMode: 'sum', layer: gru({}) }, inputs: [[2, 2]] },
    { config: { mergeMode: 'mul', layer: gru({ goBackwards: true, returnSequences: true }) }, inputs: [[2, 1]] },
    { config: { mergeMode: 'ave', layer: gru({}) }, inputs: [[2, 1]] },
  ],
  lower(context, { merge_mode: mode, layer: forward, backward_layer: own }, inputs) {
    const x = { value: single(context, inputs), mask: carried(context) };
    const { go_backwards: backwards, return_sequences: whole } = forward.config;
    const backward = own ?? { ...forward, config: { ...forward.config, go_backwards: !backwards } };
    // Keras makes both output zeros at masked steps.
    const zeros = (saved: SavedLayer): SavedLayer =>
      context.tfjs ? saved : { ...saved, config: { ...saved.config, zero_output_for_mask: whole } };
    const first = context.inner(zeros(forward), weightPaths.forward(forward.config.name), x).value;
    const second = context.inner(zeros(backward), weightPaths.backward(backward.config.name), x).value;
    return merges[mode](context, first, whole ? reversed(context, second) : second);
  },
  mask: (context, config) => sequenceMask(context, config.layer.config),
});
