import type { Values } from '../../../kernels/kernels.js';
import { numberTypes } from '../../bytes/number-types.js';

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(stored: ArrayBuffer): Float32Array {
  return new Float32Array(Uint32Array.from(new Uint16Array(stored), (upper) => upper << 16).buffer);
}

/** How floating-point numbers are stored, each read without rounding; little-endian, which the library makes of others. */
export const floatTypes = {
  float16: numberTypes.f2.decode,
  bfloat16: fromBfloat16,
  float32: (stored) => new Float32Array(stored),
  float64: numberTypes.f8.decode,
} as const satisfies Record<string, (stored: ArrayBuffer) => Values>;

export type FloatType = keyof typeof floatTypes;
