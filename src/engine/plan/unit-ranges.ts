import type { Group, UnitRange } from './types.js';

/** A group in ranges of at most `limit` units; in one range where a unit's moments serve many parameters. */
export function splitGroup(group: Group, limit: number): UnitRange[] {
  const all = group.indices.length;
  const whole = group.weights.some(({ route }) => route.kind === 'outer');
  const step = whole ? all : Math.max(1, Math.floor(limit));
  return Array.from({ length: Math.ceil(all / step) }, (_, k) => {
    return { group, firstUnit: k * step, units: Math.min(step, all - k * step) };
  });
}

/** Ranges that share a reverse pass: as many as have at most `limit` units together, but at least one. */
export function packRanges(ranges: readonly UnitRange[], limit: number): UnitRange[][] {
  const passes: UnitRange[][] = [];
  let units = Infinity;
  for (const range of ranges) {
    units += range.units;
    if (units > limit) {
      passes.push([]);
      units = range.units;
    }
    passes.at(-1)?.push(range);
  }
  return passes;
}
