import type { Kernels, Shape, Tensor } from '../../kernels/kernels.js';

/*
 * Letters and shapes, here and in all rules:
 *   B   examples in the batch        D   directions        K   cotangents carried back at once
 *   s   shape of one example of a value
 *   x   primal value                 [B, …s], or [1, …s] where it is the same for all examples
 *   x₁ x₂  first and second derivative along a direction, dense: [D, B, …s] or [D, 1, …s]
 *   c   cotangent                    [K, B, …s]
 */

/**
 * Tangents along directions that each touch one element of a value: x₁[d] = first[·, d]·e(indices[d]), and x₂ alike.
 * `first` and `second` are [B, D] or [1, D]; `indices` count elements of one example, row-major.
 */
export interface SparseTangent {
  readonly kind: 'sparse';
  readonly indices: readonly number[];
  readonly first: Tensor;
  readonly second: Tensor | null;
}

/**
 * Tangents along directions that each touch one channel: the elements of one example, row-major, whose position is
 * channels[d] modulo `period`. `first` and `second` hold these elements only: [D, B, size/period] or [D, 1, …]. A
 * direction in one filter of a convolution has such tangents until the next product mixes the channels.
 */
export interface ChannelTangent {
  readonly kind: 'channel';
  readonly period: number;
  readonly channels: readonly number[];
  readonly first: Tensor;
  readonly second: Tensor | null;
}

/** First and second derivative of a value along D directions; a null second derivative is zero. */
export interface DenseTangent {
  readonly kind: 'dense';
  readonly first: Tensor;
  readonly second: Tensor | null;
}

/** Tangents that store only the elements that may be non-zero. */
export type StructuredTangent = SparseTangent | ChannelTangent;

export type Tangent = StructuredTangent | DenseTangent;

/** An argument of a rule: its primal value, if the rule reads it, and its tangent; null where it does not depend on the perturbed value. */
export interface Jet {
  readonly primal: Tensor;
  readonly shape: Shape;
  readonly tangent: Tangent | null;
}

/** What rules may use. `once` computes a tensor that depends on primals alone once for all directions of a batch. */
export interface RuleContext<Attributes> {
  readonly kernels: Kernels;
  readonly attributes: Attributes;
  /** Shapes of one example of the arguments, and of the result. */
  readonly shapes: readonly Shape[];
  readonly shape: Shape;
  /** 1: second derivatives are not needed, and x₂ is null everywhere. */
  readonly order: 1 | 2;
  readonly once: (key: string, make: () => Tensor) => Tensor;
}

/**
 * How a function bends: `curved` if its second derivative is non-zero somewhere it exists, `kinked` if it is not twice
 * continuously differentiable.
 */
export interface Bend {
  readonly curved: boolean;
  readonly kinked: boolean;
}

export const straight: Bend = { curved: false, kinked: false };

/** Configurations that the conformance suite checks a primitive on. */
export interface PrimitiveExample<Attributes> {
  readonly attributes: Attributes;
  readonly shapes: readonly Shape[];
  /** Arguments, by position, that do not vary with the batch, as weights do. */
  readonly unbatched?: readonly number[];
  /** Arguments, by position, that hold integers from 0 to below a bound; nothing is differentiated along them. */
  readonly integers?: Readonly<Record<number, number>>;
  /** Range of the arguments' values; default [-2, 2]. */
  readonly range?: readonly [number, number];
  /** Points at which the primitive has no derivative; the suite avoids them. */
  readonly kinks?: readonly number[];
}

/** Where a tangent may be non-zero: in one element, or in one of this many channels (1: everywhere). */
export type Reach = 'element' | number;

/**
 * How the parameters p of one argument enter a result z, where each parameter enters through one element of z:
 * - diagonal: zₖ depends on pₖ alone, and ∂zₖ/∂pₖ = aₖ;
 * - outer: zₖ depends on the parameters p[j, k] alone, and ∂zₖ/∂p[j, k] = aⱼ.
 * `factor` is the position of the argument that holds a; null: a = 1.
 */
export interface ParameterEntry {
  readonly kind: 'diagonal' | 'outer';
  readonly factor: number | null;
}

/** Facts about an operation beside its rules. A fact that an entry does not state does not hold. */
export interface PrimitiveFacts<Attributes> {
  readonly examples: readonly PrimitiveExample<Attributes>[];
  /** Passes over memory relative to those of an element-wise operation; default 1. */
  readonly passes?: number;
  /** The result holds the argument's numbers in the same order. */
  readonly keepsOrder?: true;
  /** The result is a view of its argument: it takes no memory of its own. */
  readonly sharesMemory?: true;
  /** Every number of the result is a number of an argument, or zero. */
  readonly rearranges?: true;
  /**
   * Every number of the result is an affine function of one number of the arguments. An activation before such a step
   * still shapes the network's output.
   */
  readonly keepsActivation?: true;
  /**
   * Where the result's tangent may be non-zero, if one argument alone has a tangent, which is non-zero in `reach`;
   * without this rule: everywhere.
   */
  reach?(reach: Reach, argument: number, shapes: readonly Shape[], shape: Shape): Reach;
  /** How the parameters of one argument enter the result; null, or no rule: neither diagonal nor outer. */
  parameterEntry?(argument: number, shapes: readonly Shape[], shape: Shape): ParameterEntry | null;
}

/**
 * Primals that `push` and `pull` read: none, those of the other arguments than the one with the tangent or cotangent, or
 * all. An evaluation frees what no rule will read.
 */
export type DerivativesRead = 'nothing' | 'others' | 'all';

/** An operation: its rules, one for each interpreter, and its facts. Rules do not check their arguments; interpreters do. */
export interface Primitive<Attributes extends object> extends PrimitiveFacts<Attributes> {
  /** Shape of one example of the result. @throws RangeError when the arguments do not fit */
  shape(attributes: Attributes, shapes: readonly Shape[]): Shape;
  readonly derivativesRead: DerivativesRead;
  /** Result [B, …s] from primals. */
  evaluate(context: RuleContext<Attributes>, primals: readonly Tensor[]): Tensor;
  /** Tangent of the result; at least one argument has one. */
  push(context: RuleContext<Attributes>, jets: readonly Jet[]): Tangent;
  /** Cotangent [K, B, …] of one argument from that of the result. Primals that no rule reads may be null. */
  pull(
    context: RuleContext<Attributes>,
    primals: readonly (Tensor | null)[],
    cotangent: Tensor,
    argument: number,
  ): Tensor;
  /** How the result bends in the arguments that vary, given by position. */
  bend(attributes: Attributes, varying: readonly number[]): Bend;
  /** Floating-point operations of one evaluation for one example. */
  flops(attributes: Attributes, shapes: readonly Shape[]): number;
}
