import * as z from 'zod';
import { AuditError } from '../errors.js';
import type { Shape, Values } from '../kernels/kernels.js';
import { list } from '../network/untrusted-schemas.js';
import type { Builder } from '../program/build.js';
import type { ValueId } from '../program/program.js';

/** What a layer gets to lower itself. */
export interface LayerContext {
  readonly build: Builder;
  /** The layer's path: its name, behind those of the models around it. */
  readonly layer: string;
  readonly kerasMajor: 2 | 3 | null;
  /** Whether tfjs-layers wrote the model: layers that it computes otherwise than Keras does look here. */
  readonly tfjs: boolean;
  /** For each input the mask that it carries; see `Masked`. */
  readonly masks: readonly (ValueId | null)[];
  /** The layer's weight of that name as a value, checked against the shape. */
  weight(name: string, shape: Shape): ValueId;
  /** The values of a weight that is never trained, such as a moving mean. */
  statistic(name: string, shape: Shape): Values;
  /** States that a value holds integers from 0 to below `size`. @throws AuditError FA206 where it is computed */
  indices(value: ValueId, size: number): void;
  /** States that the layer would take a mask and is given none. */
  unmasked(): void;
  /** A part of the layer, whose weights are named beneath one of the paths ('' for none); `trainable` unless frozen. */
  inside(paths: readonly string[], trainable?: boolean): LayerContext;
  /** Lowers a layer inside this one, whose weights are named beneath one of the paths. */
  inner(saved: SavedLayer, paths: readonly string[], input: Masked): Masked;
}

/** A value and its mask: of the first axes of an example, 1 where a step counts and 0 where not; null: all count. */
export interface Masked {
  readonly value: ValueId;
  readonly mask: ValueId | null;
}

/** A layer inside the configuration of another. */
export interface SavedLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A configuration that the conformance suite checks a layer on; shapes are those of one example. */
export interface LayerExample {
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Shape[];
  /** The inputs are integers, as many as the layer states. */
  readonly integers?: boolean;
}

/** A kind of layer. It only lowers itself to primitives; it has no derivative of its own. */
export interface Layer<Config = unknown> {
  /**
   * The part of the saved configuration that decides what the layer computes. What Keras always writes is required
   * here: a key that is missing means a damaged file, not a default.
   */
  readonly config: z.ZodType<Config>;
  readonly examples: readonly LayerExample[];
  /** Whether the layer brings inputs into the range that the model was trained on. */
  readonly rescalesInputs?: true;
  /** @throws AuditError FA206, or RangeError when the inputs do not fit */
  lower(context: LayerContext, config: Config, inputs: readonly ValueId[]): ValueId;
  /** The mask that the result carries; without this rule it carries none. */
  mask?(context: LayerContext, config: NoInfer<Config>, inputs: readonly ValueId[]): ValueId | null;
}

/**
 * What is saved with every layer and does not change what it computes. Layers with keys that may be left out know all of
 * their keys with these, so that a misspelt one is an error and not a default.
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

/** Keeps a layer's configuration type while it is written down; tables forget it. */
export const layer = <Config>(entry: Layer<Config>): Layer => entry;

export function refuse(context: LayerContext, what: string, fix?: string): never {
  throw new AuditError('FA206', { what: `${context.layer}: ${what}`, ...(fix && { fix }) });
}

/** The only input of a layer that takes one. */
export function single(context: LayerContext, inputs: readonly ValueId[]): ValueId {
  const [only] = inputs;
  if (only === undefined || inputs.length > 1) refuse(context, `takes one input, the model gives it ${inputs.length}`);
  return only;
}

/** An axis of one example from Keras's numbering, in which axis 0 is the batch and negative axes count from the end. */
export function exampleAxis(context: LayerContext, axis: number, rank: number): number {
  const own = axis < 0 ? axis + rank : axis - 1;
  if (!Number.isInteger(own) || own < 0 || own >= rank) refuse(context, `axis ${axis} is not an axis of its input`);
  return own;
}
