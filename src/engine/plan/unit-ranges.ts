import type { Group } from './make-plan.js';

/** Consecutive units of a group, whose moments are computed at once. */
export interface Part {
  readonly group: Group;
  readonly firstUnit: number;
  readonly units: number;
}

/** A group in parts of so many units; whole where a unit's moments serve many parameters. */
export function splitUnits(group: Group, limit: number): Part[] {
  const all = group.indices.length;
  const whole = group.weights.some(({ route }) => route.kind === 'outer');
  const step = whole ? all : Math.max(1, Math.floor(limit));
  return Array.from({ length: Math.ceil(all / step) }, (_, k) => {
    return { group, firstUnit: k * step, units: Math.min(step, all - k * step) };
  });
}

/** Parts that go into one reverse pass: as many as stay within so many units, one at least. */
export function packParts(parts: readonly Part[], limit: number): Part[][] {
  const passes: Part[][] = [];
  let units = Infinity;
  for (const part of parts) {
    units += part.units;
    if (units > limit) {
      passes.push([]);
      units = part.units;
    }
    passes.at(-1)?.push(part);
  }
  return passes;
}
