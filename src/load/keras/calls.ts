import * as z from 'zod';
import { list, text } from '../../network/untrusted-schemas.js';
import type { TensorReference } from './keras-model.js';

/** A call of a layer. `problem` says why it is not supported; it is null where it is. */
export interface Call {
  readonly arguments: readonly TensorReference[];
  /** Numbers among the arguments, which only operations of Keras 3 have. */
  readonly constants: readonly number[];
  readonly problem: string | null;
}

export const NO_OUTPUT = 'one of its arguments is not the output of a layer';

const index = z.number().int().nonnegative();

/** A layer, the number of a call of it, and the number of an output. */
const referenceSchema = z.tuple([text, index, index]);
export type Reference = z.infer<typeof referenceSchema>;

/** Lists of references. Keras 3 saves a single reference without a list, and inputs by name as an object. */
export const referencesSchema = z
  .unknown()
  .transform((value) => (isReference(value) ? [value] : inKeyOrder(value)))
  .pipe(list(referenceSchema).refine((references) => references.length > 0, 'expected a list that is not empty'));

const isReference = (value: unknown): boolean => Array.isArray(value) && typeof value[0] === 'string';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keras turns tensors given by name into a list sorted by name. */
const inKeyOrder = (value: unknown): unknown =>
  isObject(value)
    ? Object.keys(value)
        .sort()
        .map((key) => value[key])
    : value;

/** Reads one element of a layer's inbound_nodes: a list in Keras 2 and tfjs, serialised arguments in Keras 3. */
export function readCall(saved: unknown): Call {
  const { tensors, masks, constants, options } = isObject(saved) ? keras3(saved) : keras2(saved);
  const parsed = list(referenceSchema).safeParse([...tensors, ...masks]);
  if (!parsed.success) return failed(NO_OUTPUT);
  if (parsed.data.some(([, , tensor]) => tensor > 0))
    return failed('one of its arguments is the second output of a layer');
  const given = options.flatMap(Object.entries).find(([, value]) => value !== null && value !== false);
  if (given) return failed(`it is called with ${JSON.stringify(given[0].slice(0, 50))}`);
  const references = parsed.data.map(([layer, call], k) => ({
    layer,
    call,
    ...(k >= tensors.length && { mask: true as const }),
  }));
  return { arguments: references, constants, problem: null };
}

const failed = (problem: string): Call => ({ arguments: [], constants: [], problem });

interface Arguments {
  readonly tensors: readonly unknown[];
  /** The tensor that is passed as a mask, if any. */
  readonly masks: readonly unknown[];
  readonly constants: readonly number[];
  readonly options: readonly object[];
}

/** [[layer, call, tensor, options], …] */
function keras2(saved: unknown): Arguments {
  const all = isReference(saved) ? [saved] : Array.isArray(saved) ? (saved as unknown[]) : [undefined];
  return {
    tensors: all.map((one) => (Array.isArray(one) ? one.slice(0, 3) : one)),
    masks: [],
    constants: [],
    options: all.flatMap((one) => (Array.isArray(one) && isObject(one[3]) ? [one[3]] : [])),
  };
}

/**
 * {args: [tensor, …] or [[tensor, …]], kwargs: options}. `training` is ignored: Keras 3 saves its value in the first call
 * of a layer, but later calls use that of the model.
 */
function keras3({ args, kwargs }: Readonly<Record<string, unknown>>): Arguments {
  const all = Array.isArray(args) ? (args as unknown[]) : [undefined];
  const constants = all.filter((one) => typeof one === 'number');
  const tensors = all
    .filter((one) => typeof one !== 'number')
    .flatMap(inKeyOrderOfArgument)
    .map(historyOf);
  const { mask = null, training: _, ...others } = isObject(kwargs) ? kwargs : {};
  if (!isTensor(mask)) return { tensors, constants, masks: [], options: [{ mask, ...others }] };
  return { tensors, constants, masks: [historyOf(mask)], options: [others] };
}

const isTensor = (value: unknown): boolean => isObject(value) && value['class_name'] === '__keras_tensor__';

const inKeyOrderOfArgument = (value: unknown): unknown => (isTensor(value) ? value : inKeyOrder(value));

function historyOf(value: unknown): unknown {
  const { config } = isTensor(value) ? (value as { config?: unknown }) : {};
  return isObject(config) ? config['keras_history'] : undefined;
}
