import * as z from 'zod';
import type { ValueId } from '../../program/program.js';
import { activate, activationSchema } from '../activation/activations.js';
import { type LayerContext, refuse } from '../layer.js';
import type { Cell } from './recurrence.js';

const units = z.int().positive();
const config = { units, activation: activationSchema, use_bias: z.boolean() };
const gatedConfig = { ...config, recurrent_activation: activationSchema };

interface Weights {
  readonly kernel: ValueId;
  readonly recurrent: ValueId;
  readonly bias: ValueId | null;
}

/** kernel [n, gates·units], recurrent_kernel [units, gates·units] and bias, with the gates in Keras's order. */
function weightsOf(
  context: LayerContext,
  x: ValueId,
  { units: size, use_bias: biased }: { units: number; use_bias: boolean },
  gates: number,
  biasShape: readonly number[] = [gates * size],
): Weights {
  const [, width = 0, more] = context.build.shape(x);
  if (width === 0 || more !== undefined)
    refuse(context, `takes sequences of vectors, not inputs of shape [${context.build.shape(x)}]`);
  return {
    kernel: context.weight('kernel', [width, gates * size]),
    recurrent: context.weight('recurrent_kernel', [size, gates * size]),
    bias: biased ? context.weight('bias', biasShape) : null,
  };
}

/** x·kernel + bias for all steps: [steps, gates·units]. */
function projected({ build }: LayerContext, x: ValueId, kernel: ValueId, bias: ValueId | null): ValueId {
  const product = build.matMul(x, kernel);
  return bias === null ? product : build.add(product, bias);
}

/** x·W + b + h·U at one index of the sequence. @param inputs x·W + b for all steps */
function sumAt({ build }: LayerContext, inputs: ValueId, time: number, state: ValueId, recurrent: ValueId): ValueId {
  return build.add(build.slice(inputs, 0, time, 1), build.matMul(state, recurrent));
}

const zeros = ({ build }: LayerContext, size: number): ValueId => build.constant(new Float64Array(size), [1, size]);

/** h ← f(x·W + h·U + b). */
export const simpleRnnCell: Cell<z.output<z.ZodObject<typeof config>>> = {
  config: z.object(config),
  begin(context, own, x) {
    const { kernel, recurrent, bias } = weightsOf(context, x, own, 1);
    const inputs = projected(context, x, kernel, bias);
    return {
      initial: [zeros(context, own.units)],
      output: [own.units],
      step(time, [h = 0]) {
        return [activate(context, own.activation, sumAt(context, inputs, time, h, recurrent))];
      },
    };
  },
};

/** The terms of the state in the gates [1, 2·units], and in the candidate [1, units] for a given reset gate. */
interface Contributions {
  readonly toGates: ValueId;
  toCandidate(reset: ValueId): ValueId;
}

/** Splits the last axis of three parts into the two gates and the candidate. */
function gatesAndCandidate({ build }: LayerContext, value: ValueId): [ValueId, ValueId] {
  const size = (build.shape(value)[1] as number) / 3;
  return [build.slice(value, 1, 0, 2 * size), build.slice(value, 1, 2 * size, size)];
}

/** r∘(h·U + b′): the reset gate multiplies the product. */
function resetAfter(context: LayerContext, recurrent: ValueId, bias: ValueId | null): (h: ValueId) => Contributions {
  return (h) => {
    const [toGates, candidate] = gatesAndCandidate(context, projected(context, h, recurrent, bias));
    return { toGates, toCandidate: (reset) => context.build.multiply(reset, candidate) };
  };
}

/** (r∘h)·U: the reset gate multiplies the state. */
function resetBefore(context: LayerContext, recurrent: ValueId): (h: ValueId) => Contributions {
  const { build } = context;
  const [gateKernel, candidateKernel] = gatesAndCandidate(context, recurrent);
  return (h) => ({
    toGates: build.matMul(h, gateKernel),
    toCandidate: (reset) => build.matMul(build.multiply(reset, h), candidateKernel),
  });
}

const gruConfig = { ...gatedConfig, reset_after: z.boolean() };

/**
 * z, r = σ(x·W + h·U + b), c = f(x·W + (r∘h)·U + b), h ← c + z∘(h − c); with reset_after (the default of Keras 2
 * and 3) r∘(h·U + b′) replaces (r∘h)·U. Cho et al. (2014), equations 5 to 8.
 */
export const gruCell: Cell<z.output<z.ZodObject<typeof gruConfig>>> = {
  config: z.object(gruConfig),
  begin(context, own, x) {
    const { build } = context;
    const { units: size, reset_after: after } = own;
    const { kernel, recurrent, bias } = weightsOf(context, x, own, 3, after ? [2, 3 * size] : undefined);
    const biasOf = (row: number): ValueId | null => (after && bias !== null ? build.slice(bias, 0, row, 1) : bias);
    const inputs = projected(context, x, kernel, biasOf(0));
    const [inputGates, inputCandidates] = gatesAndCandidate(context, inputs);
    const contributions = after ? resetAfter(context, recurrent, biasOf(1)) : resetBefore(context, recurrent);
    return {
      initial: [zeros(context, size)],
      output: [size],
      step(time, [h = 0]) {
        const { toGates, toCandidate } = contributions(h);
        const both = build.add(build.slice(inputGates, 0, time, 1), toGates);
        const opened = activate(context, own.recurrent_activation, both);
        const [update, reset] = [build.slice(opened, 1, 0, size), build.slice(opened, 1, size, size)];
        const sum = build.add(build.slice(inputCandidates, 0, time, 1), toCandidate(reset));
        const proposed = activate(context, own.activation, sum);
        return [build.add(proposed, build.multiply(update, build.subtract(h, proposed)))];
      },
    };
  },
};

/**
 * One step of a long short-term memory from the sums of its four gates [rows, 4·width], in Keras's order input, forget,
 * candidate, output: c ← f∘c + i∘g, h ← o∘tanh(c). Hochreiter and Schmidhuber (1997); Gers et al. (2000) for f.
 */
export function memoryStep(
  context: LayerContext,
  {
    activation,
    recurrent_activation: gate,
  }: Pick<z.output<z.ZodObject<typeof gatedConfig>>, 'activation' | 'recurrent_activation'>,
  sums: ValueId,
  carry: ValueId,
): [ValueId, ValueId] {
  const { build } = context;
  const width = (build.shape(sums)[1] as number) / 4;
  const part = (value: ValueId, k: number, count = 1): ValueId => build.slice(value, 1, k * width, count * width);
  const opened = activate(context, gate, part(sums, 0, 2));
  const proposed = activate(context, activation, part(sums, 2));
  const out = activate(context, gate, part(sums, 3));
  const kept = build.multiply(part(opened, 1), carry);
  const memory = build.add(kept, build.multiply(part(opened, 0), proposed));
  return [build.multiply(out, activate(context, activation, memory)), memory];
}

/** unit_forget_bias is ignored: it only affects how the bias is initialised. */
export const lstmCell: Cell<z.output<z.ZodObject<typeof gatedConfig>>> = {
  config: z.object(gatedConfig),
  begin(context, own, x) {
    const { kernel, recurrent, bias } = weightsOf(context, x, own, 4);
    const inputs = projected(context, x, kernel, bias);
    return {
      initial: [zeros(context, own.units), zeros(context, own.units)],
      output: [own.units],
      step(time, [h = 0, carry = 0]) {
        return memoryStep(context, own, sumAt(context, inputs, time, h, recurrent), carry);
      },
    };
  },
};
