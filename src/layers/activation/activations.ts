import * as z from 'zod';
import type { FunctionName } from '../../program/primitives/arithmetic/functions.js';
import type { ValueId } from '../../program/program.js';
import { sizeOf } from '../../kernels/kernels.js';
import { type LayerContext, refuse, transposed } from '../layer.js';

/** An activation: a scalar function, or a rule that lowers it. */
type Activation =
  | { readonly function: FunctionName; readonly parameter?: (context: LayerContext) => number }
  | { readonly lower: (context: LayerContext, value: ValueId) => ValueId };

/** The slope differs between the versions of Keras, so the file must name its version. */
function hardSigmoidSlope(context: LayerContext): number {
  if (context.kerasMajor === null)
    refuse(
      context,
      'hard_sigmoid depends on the version of Keras, and the file does not name it',
      'save the model with model.save() of Keras or tfjs, which write the version',
    );
  return context.kerasMajor === 3 ? 1 / 6 : 0.2;
}

export const activations = {
  linear: { lower: (_, value) => value },
  relu: { function: 'relu' },
  relu6: { function: 'relu6' },
  elu: { function: 'elu', parameter: () => 1 },
  celu: { function: 'elu', parameter: () => 1 },
  selu: { function: 'selu' },
  leaky_relu: { function: 'leakyRelu', parameter: () => 0.2 },
  softplus: { function: 'softplus' },
  softsign: { function: 'softsign' },
  sigmoid: { function: 'sigmoid' },
  log_sigmoid: { function: 'logSigmoid' },
  hard_sigmoid: { function: 'hardSigmoid', parameter: hardSigmoidSlope },
  tanh: { function: 'tanh' },
  swish: { function: 'swish' },
  silu: { function: 'swish' },
  gelu: { function: 'gelu' },
  gelu_new: { function: 'geluTanh' },
  mish: { function: 'mish' },
  exponential: { function: 'exponential' },
  softmax: { lower: (context, value) => softmaxOver(context, value, lastAxis(context, value)) },
  log_softmax: { lower: (context, value) => softmaxOver(context, value, lastAxis(context, value), true) },
} as const satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');
const byPlainName = new Map(Object.keys(activations).map((name) => [plain(name), name as ActivationName]));

/** An activation of Keras 2, Keras 3 or tfjs: a name in snake case or camel case, or a serialised function. */
export const activationSchema = z
  .union([
    z.string(),
    z.object({ class_name: z.literal('function'), config: z.string() }).transform(({ config }) => config),
    z.object({ class_name: z.string(), config: z.strictObject({}) }).transform(({ class_name }) => class_name),
  ])
  .transform((name, context) => {
    const known = byPlainName.get(plain(name));
    if (known !== undefined) return known;
    context.addIssue(`unknown activation "${name}" (known: ${Object.keys(activations).join(', ')})`);
    return z.NEVER;
  });

/** The activation of a value, marked as a possible head of the network. */
export function activate(context: LayerContext, name: ActivationName, value: ValueId): ValueId {
  const activation: Activation = activations[name];
  if (name === 'linear') return value;
  const result =
    'lower' in activation
      ? activation.lower(context, value)
      : context.build.map(value, activation.function, activation.parameter?.(context) ?? 0, name);
  return context.build.markHead(result, name, value);
}

/** Softmax or its logarithm over some axes of an example. The primitive takes the last one, so others are moved there. */
export function softmaxOver(context: LayerContext, x: ValueId, axes: readonly number[], log = false): ValueId {
  const { build } = context;
  const shape = build.shape(x);
  const rest = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...rest, ...axes];
  const moved = transposed(context, x, order);
  const sizes = (of: readonly number[]): number[] => of.map((axis) => shape[axis]!);
  const rows = axes.length === 1 ? moved : build.reshape(moved, [...sizes(rest), sizeOf(sizes(axes))]);
  const result = build.apply('softmax', { log }, [rows], log ? 'log softmax' : 'softmax');
  const unfolded = axes.length === 1 ? result : build.reshape(result, sizes(order));
  return transposed(
    context,
    unfolded,
    order.map((_, axis) => order.indexOf(axis)),
  );
}

const lastAxis = ({ build }: LayerContext, x: ValueId): number[] => [build.shape(x).length - 1];
