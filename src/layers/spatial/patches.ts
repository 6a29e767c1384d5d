import { sizeOf } from '../../kernels/kernels.js';
import type { ValueId } from '../../program/program.js';
import type { LayerContext } from '../layer.js';
import type { Windows } from './windows.js';

/** The windows of x [spatial…, C]: [positions, offsets in the window, C]. */
export function patches({ build }: LayerContext, x: ValueId, { rows, count }: Windows): ValueId {
  const shape = build.shape(x);
  const channels = shape.at(-1) as number;
  const flat = build.reshape(x, [sizeOf(shape) / channels, channels]);
  const same = rows.length === sizeOf(shape) / channels && rows.every((row, k) => row === k);
  const taken = same ? flat : build.apply('take', { rows }, [flat]);
  return build.reshape(taken, [rows.length / count, count, channels]);
}

/** The same as [offsets in the window, positions, C]. Neighbours stay neighbours, so copying is fast. */
export function shifts({ build }: LayerContext, x: ValueId, { rows, count }: Windows): ValueId {
  const shape = build.shape(x);
  const channels = shape.at(-1) as number;
  const flat = build.reshape(x, [sizeOf(shape) / channels, channels]);
  const positions = rows.length / count;
  const byOffset = rows.map((_, k) => rows[(k % positions) * count + Math.floor(k / positions)] as number);
  return build.reshape(build.apply('take', { rows: byOffset }, [flat]), [count, positions, channels]);
}
