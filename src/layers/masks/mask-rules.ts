import { sizeOf } from '../../kernels/kernels.js';
import type { Shape } from '../../kernels/kernels.js';
import type { Builder } from '../../program/build.js';
import type { ValueId } from '../../program/program.js';
import { type LayerContext, refuse } from '../layer.js';

type MaskRule = (context: LayerContext) => ValueId | null;

/** The mask of the only input. */
export const carried: MaskRule = ({ masks }) => masks[0] ?? null;

/** 1 where some element along the last axis differs from `other`, else 0. */
export function differsFrom({ build }: LayerContext, x: ValueId, other: number): ValueId {
  const shape = build.shape(x);
  const differences = build.apply('reduceSum', { axes: [shape.length - 1] }, [build.map(x, 'notEqual', other)]);
  return build.reshape(build.map(differences, 'notEqual', 0), shape.slice(0, -1));
}

export const both = (build: Builder, left: ValueId, right: ValueId): ValueId => build.multiply(left, right);

const negated = (build: Builder, mask: ValueId): ValueId => build.affine(mask, -1, 1);

export const either = (build: Builder, left: ValueId, right: ValueId): ValueId =>
  negated(build, build.multiply(negated(build, left), negated(build, right)));

/**
 * The mask of inputs that are merged element by element. In Keras 3 a step counts where it counts in any input, in Keras 2
 * where it counts in all inputs that have a mask.
 */
export const merged: MaskRule = ({ build, kerasMajor, losesMergedMasks, masks }) => {
  const known = masks.filter((mask) => mask !== null);
  if (losesMergedMasks || known.length === 0 || (kerasMajor === 3 && known.length < masks.length)) return null;
  const join = kerasMajor === 3 ? either : both;
  return [...new Set(known)].reduce((left, right) => join(build, left, right));
};

/** The mask of inputs that are concatenated along an axis of an example. @throws AuditError FA206 for other axes */
export function joined(context: LayerContext, inputs: readonly ValueId[], axis: number): ValueId | null {
  const { build, masks } = context;
  if (context.losesMergedMasks || masks.every((mask) => mask === null)) return null;
  const rank = build.shape(inputs[0]!).length;
  if (axis === rank - 1) return merged(context);
  if (axis !== 0)
    refuse(
      context,
      `masked inputs can be concatenated along the steps or the last axis, but not along axis ${axis + 1}`,
    );
  const whole = inputs.map((input, k) => masks[k] ?? ones(build, build.shape(input).slice(0, 1)));
  return build.concat(whole, 0);
}

function ones(build: Builder, shape: Shape): ValueId {
  return build.constant(new Float64Array(sizeOf(shape)).fill(1), shape);
}

/** Refuses masks, for layers whose use of masks is not supported here. @throws AuditError FA206 */
export function refuseMask(context: LayerContext): void {
  if (context.masks.some((mask) => mask !== null)) refuse(context, 'masked inputs of this layer are not supported yet');
  context.unmasked();
}

/** The mask of a sequence, [steps]; null where all steps count. @throws AuditError FA206 for masks of another shape */
export function stepMask(context: LayerContext, x: ValueId): ValueId | null {
  const { build, masks } = context;
  const [mask = null] = masks;
  if (mask === null) {
    context.unmasked();
    return null;
  }
  const [steps = 0] = build.shape(x);
  if (String(build.shape(mask)) === String([steps])) return mask;
  return refuse(context, `the mask of its input has shape [${build.shape(mask)}], but the steps need [${steps}]`);
}
