import * as z from 'zod';
import { text } from '../../network/untrusted-schemas.js';
import type { Shape } from '../../kernels/kernels.js';
import type { ValueId } from '../../program/program.js';
import { type LayerContext, refuse, single } from '../layer.js';
import { stepMask } from '../masks/mask-rules.js';

/** A recurrence over the steps of one sequence. */
export interface Recurrence {
  /** States before the first step, [rows, width] each. The first state is the output of a step. */
  readonly initial: readonly ValueId[];
  /** Shape of the output of one step. */
  readonly output: Shape;
  /** States after the step at one index of the sequence. */
  step(time: number, states: readonly ValueId[]): readonly ValueId[];
}

/** Begins a recurrence over x [steps, …]. Whatever needs no state is computed for all steps at once. */
export type Begin = (context: LayerContext, x: ValueId) => Recurrence;

/** The cell of a recurrent layer. */
export interface Cell<Config> {
  readonly config: z.ZodType<Config>;
  begin(context: LayerContext, config: Config, x: ValueId): Recurrence;
}

/**
 * Keys of all recurrent layers. Sequences are always unrolled, and states begin at zero for every example, in stateful
 * layers too. Where a layer also returns its states, only its output can be used.
 */
export const recurrentConfig = {
  return_sequences: z.boolean(),
  go_backwards: z.boolean(),
  time_major: z.literal(false, { error: 'time_major is not supported' }).optional(),
  // Keras 2 and tfjs omit it where it is false.
  zero_output_for_mask: z.boolean().optional(),
};

export const recurrentSchema = z.object(recurrentConfig);
type RecurrentConfig = z.output<typeof recurrentSchema>;

/** The configuration of a layer or cell inside another one. */
export const insideConfig = z.looseObject({ name: text, trainable: z.boolean().optional() });

/** The output of a step, and the states after it: the ones before it where the step is masked. */
type Hold = (time: number, next: readonly ValueId[], states: readonly ValueId[]) => [ValueId, readonly ValueId[]];

function holding({ build }: LayerContext, mask: ValueId | null, zeroOutput: boolean): Hold {
  if (mask === null) return (_, next) => [next[0]!, next];
  const column = build.reshape(mask, [...build.shape(mask), 1]);
  const rest = build.affine(column, -1, 1);
  return (time, next, states) => {
    const on = (value: ValueId): ValueId => build.multiply(value, build.slice(column, 0, time, 1));
    const off = (value: ValueId): ValueId => build.multiply(value, build.slice(rest, 0, time, 1));
    const held = next.map((value, k) => build.add(on(value), off(states[k]!)));
    return [zeroOutput ? on(next[0]!) : held[0]!, held];
  };
}

/**
 * Stacked recurrences over a sequence: each one takes the outputs of the one before. They run one after another, so that
 * each can compute its products with the inputs for all steps at once.
 * @throws AuditError FA206
 */
export function recur(
  context: LayerContext,
  config: RecurrentConfig,
  cells: readonly [Begin, ...Begin[]],
  inputs: readonly ValueId[],
): ValueId {
  const { build, kerasMajor } = context;
  let x = single(context, inputs);
  if (kerasMajor === 3 && config.zero_output_for_mask === undefined)
    refuse(context, 'its configuration has no "zero_output_for_mask"', 'save the model with Keras 3');
  const [steps = 0] = build.shape(x);
  const hold = holding(context, stepMask(context, x), config.zero_output_for_mask ?? false);
  const times = Array.from({ length: steps }, (_, step) => (config.go_backwards ? steps - 1 - step : step));
  let outputs: ValueId[] = [];
  let shape: Shape = [];
  for (const [k, begin] of cells.entries()) {
    if (k > 0) x = build.concat(config.go_backwards ? outputs.reverse() : outputs, 0);
    const recurrence = begin(context, x);
    shape = recurrence.output;
    let states = recurrence.initial;
    outputs = times.map((time) => {
      const [output, held] = hold(time, recurrence.step(time, states), states);
      states = held;
      return output;
    });
  }
  if (!config.return_sequences) return build.reshape(outputs.at(-1)!, shape);
  return build.reshape(build.concat(outputs, 0), [steps, ...shape]);
}
