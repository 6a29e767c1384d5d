import type { Shape } from '../../kernels/kernels.js';
import type { Builder } from '../../program/build.js';
import type { ValueId } from '../../program/program.js';
import { type LayerContext, refuse } from '../layer.js';

type MaskRule = (context: LayerContext) => ValueId | null;

/** The mask of the only input, unchanged. */
export const carried: MaskRule = ({ masks }) => masks[0] ?? null;

/** 1 where any element along the last axis differs from a number. */
export function differsFrom({ build }: LayerContext, x: ValueId, other: number): ValueId {
  const shape = build.shape(x);
  const differences = build.apply('reduceSum', { axes: [shape.length - 1] }, [build.map(x, 'notEqual', other)]);
  return build.reshape(build.map(differences, 'notEqual', 0), shape.slice(0, -1));
}

const both = (build: Builder, left: ValueId, right: ValueId): ValueId => build.multiply(left, right);

const negated = (build: Builder, mask: ValueId): ValueId => build.affine(mask, -1, 1);

export const either = (build: Builder, left: ValueId, right: ValueId): ValueId =>
  negated(build, build.multiply(negated(build, left), negated(build, right)));

/**
 * The mask of inputs that are merged element by element. In Keras 3 a step counts where it does in any of them, in
 * Keras 2 where it does in all of them that have a mask.
 */
export const merged: MaskRule = ({ build, kerasMajor, masks }) => {
  const known = masks.filter((mask) => mask !== null);
  if (known.length === 0 || (kerasMajor === 3 && known.length < masks.length)) return null;
  const join = kerasMajor === 3 ? either : both;
  return [...new Set(known)].reduce((left, right) => join(build, left, right));
};

/** The mask of inputs that are put one behind the other along an axis of an example. */
export function joined(context: LayerContext, inputs: readonly ValueId[], axis: number): ValueId | null {
  const { build, masks } = context;
  if (masks.every((mask) => mask === null)) return null;
  const rank = build.shape(inputs[0] as ValueId).length;
  if (axis === rank - 1) return merged(context);
  if (axis !== 0)
    refuse(context, `masked inputs can be joined along the steps or the last axis, not along axis ${axis + 1}`);
  const whole = inputs.map((input, k) => masks[k] ?? ones(build, build.shape(input).slice(0, 1)));
  return build.concat(whole, 0);
}

function ones(build: Builder, shape: Shape): ValueId {
  return build.constant(new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
}

/** For layers that would take a mask into account otherwise than they do here. @throws AuditError FA206 for one */
export function refuseMask(context: LayerContext): void {
  if (context.masks.some((mask) => mask !== null)) refuse(context, 'a masked input is not supported here');
  context.unmasked();
}

/** The mask of a sequence's steps, [steps]; null where all count. @throws AuditError FA206 for one of another shape */
export function stepMask(context: LayerContext, x: ValueId): ValueId | null {
  const { build, masks } = context;
  const [mask = null] = masks;
  if (mask === null) {
    context.unmasked();
    return null;
  }
  const [steps = 0] = build.shape(x);
  if (String(build.shape(mask)) === String([steps])) return mask;
  return refuse(context, `its input carries a mask of shape [${build.shape(mask)}], steps are masked by [${steps}]`);
}
