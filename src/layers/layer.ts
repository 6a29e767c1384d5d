import * as z from 'zod';
import { AuditError } from '../errors.js';
import type { Shape, Values } from '../kernels/kernels.js';
import { list } from '../network/untrusted-schemas.js';
import type { Builder } from '../program/build.js';
import type { ValueId } from '../program/program.js';

/** What a layer needs to turn itself into primitives. */
export interface LayerContext {
  readonly build: Builder;
  /** The layer's path: the names of the models around it, then its own, separated by slashes. */
  readonly layer: string;
  readonly kerasMajor: 2 | 3 | null;
  /** Whether tfjs-layers wrote the model, for layers that it computes differently from Keras. */
  readonly tfjs: boolean;
  /** Whether layers that merge inputs lose their masks, as in the first versions of Keras 3. */
  readonly losesMergedMasks: boolean;
  /** The mask of each input; see `Masked`. */
  readonly masks: readonly (ValueId | null)[];
  /** The layer's weight of this name and shape. @throws AuditError FA203 */
  weight(name: string, shape: Shape): ValueId;
  /** The values of a weight that is never trained, such as a moving mean. @throws AuditError FA203 */
  statistic(name: string, shape: Shape): Values;
  /** Declares that a value holds integers from 0 to `size` − 1. @throws AuditError FA206 when the value is computed */
  indices(value: ValueId, size: number): void;
  /** Declares that the layer uses masks, but its input has none. */
  unmasked(): void;
  /**
   * The context of a part of the layer.
   * @param paths from `weightPaths`
   * @param trainable false where the part is frozen, null where the file does not say
   */
  inside(paths: readonly string[], trainable?: boolean | null): LayerContext;
  /** Lowers a layer inside this one. @param paths from `weightPaths` */
  inner(saved: SavedLayer, paths: readonly string[], input: Masked): Masked;
}

/** A value and its mask, which covers the first axes of an example: 1 where a step counts, else 0; null where all count. */
export interface Masked {
  readonly value: ValueId;
  readonly mask: ValueId | null;
}

/** A layer in the configuration of another one. */
export interface SavedLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A configuration with which the conformance suite tests a layer; shapes are those of one example. */
export interface LayerExample {
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Shape[];
  /** Whether the inputs are integers in the range that the layer declares. */
  readonly integers?: boolean;
}

/** A kind of layer. It turns itself into primitives, which have the derivative rules. */
export interface Layer<Config = unknown> {
  /**
   * The part of the saved configuration that decides what the layer computes. Keys that Keras always writes are required:
   * a missing one is an error, not a default.
   */
  readonly config: z.ZodType<Config>;
  readonly examples: readonly LayerExample[];
  /** Whether the layer rescales inputs to the range of training. */
  readonly rescalesInputs?: true;
  /** @throws AuditError FA206, or RangeError when the inputs do not fit */
  lower(context: LayerContext, config: Config, inputs: readonly ValueId[]): ValueId;
  /** The mask of the result; without this rule it has none. */
  mask?(context: LayerContext, config: NoInfer<Config>, inputs: readonly ValueId[]): ValueId | null;
}

/**
 * Keys of every layer that do not change what it computes. Together with them, layers with optional keys list all of their
 * keys, so that a misspelt key is an error and not a default.
 */
export const everyLayer = {
  name: z.unknown(),
  trainable: z.unknown(),
  dtype: z.unknown().optional(),
  batch_input_shape: z.unknown().optional(),
  batch_shape: z.unknown().optional(),
};

/** Axes as Keras saves them: a number or a list, in its numbering. */
export const axesSchema = z.union([
  z
    .number()
    .int()
    .transform((axis) => [axis]),
  list(z.number().int(), 16),
]);

/** One or more axes. */
export const ownAxesSchema = axesSchema.refine((axes) => axes.length > 0, 'it names no axis');

const CHANGE_MODEL = 'build the model with another layer in this place, or audit a model without it';

/** Checks an entry against the type of its configuration, which the table does not keep. */
export const layer = <Config>(entry: Layer<Config>): Layer => entry;

/** A layer of the model that is used in a way that cannot be lowered. @throws AuditError FA206 */
export function refuse(context: LayerContext, what: string, fix = CHANGE_MODEL): never {
  throw new AuditError('FA206', { what: `${context.layer}: ${what}`, fix });
}

/** The input of a layer with one input. @throws AuditError FA206 for several */
export function single(context: LayerContext, inputs: readonly ValueId[]): ValueId {
  const [only] = inputs;
  if (only === undefined || inputs.length > 1)
    refuse(context, `takes one input, but the model gives it ${inputs.length}`);
  return only;
}

/** The axes of a value in another order. */
export function transposed({ build }: LayerContext, x: ValueId, permutation: readonly number[]): ValueId {
  if (permutation.every((axis, k) => axis === k)) return x;
  return build.apply('transpose', { permutation }, [x]);
}

/** The axis of an example for an axis of Keras, where 0 is the batch and negative axes count from the end. */
export function exampleAxis(context: LayerContext, axis: number, rank: number): number {
  const own = axis < 0 ? axis + rank : axis - 1;
  if (!Number.isInteger(own) || own < 0 || own >= rank) refuse(context, `axis ${axis} is not an axis of its input`);
  return own;
}
