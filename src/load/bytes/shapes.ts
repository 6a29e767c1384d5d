import type { OpenShape } from '../../network/inputs.js';

/**
 * Numbers that may be held in memory at once: one row, or an array that cannot be read row by row. As float64 they take
 * 1 GiB.
 */
export const MAX_NUMBERS_HELD = 2 ** 27;

/** Rows in one chunk, about half a megabyte of float64; `rowSize` is the count of numbers in a row. */
export function rowsPerChunk(rowSize: number): number {
  return Math.max(1, Math.floor(2 ** 16 / Math.max(1, rowSize)));
}

/** A shape as messages show it, with "any" for open sizes. */
export function shapeText(shape: OpenShape): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}
