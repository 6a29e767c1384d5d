import { type Baseline, layerIn } from '../../results/baseline.js';

/** A layer of the base and the layer of the head that corresponds to it; null where there is none. */
export interface Pair {
  readonly base: string | null;
  readonly head: string | null;
  readonly status: 'both' | 'renamed' | 'reshaped' | 'added' | 'removed';
}

/**
 * Pairs the layers of two networks: by name, then by the shapes of their weights where exactly one layer of each network
 * is left with these shapes (it was renamed).
 */
export function pairLayers(base: Baseline, head: Baseline): Pair[] {
  const shapes = (own: Baseline, name: string): string => JSON.stringify(layerIn(own, name)?.shapes ?? []);
  const skipped = new Set([...base.skipped, ...head.skipped]);
  const missing = (from: Baseline, own: Baseline): string[] =>
    Object.keys(own.layers).filter((name) => layerIn(from, name) === undefined && !skipped.has(name));
  const [added, removed] = [missing(base, head), missing(head, base)];
  const only = (names: readonly string[], own: Baseline, shape: string): string | null => {
    const alike = names.filter((name) => shapes(own, name) === shape);
    return alike.length === 1 ? (alike[0] ?? null) : null;
  };
  const renamed = new Map<string, string>();
  for (const name of added) {
    const shape = shapes(head, name);
    const before = only(removed, base, shape);
    if (before !== null && only(added, head, shape) === name) renamed.set(name, before);
  }
  const gone = removed.filter((name) => ![...renamed.values()].includes(name));
  return [
    ...Object.keys(head.layers).map((name): Pair => {
      if (skipped.has(name)) return { base: name, head: name, status: 'both' };
      const before = renamed.get(name);
      if (before !== undefined) return { base: before, head: name, status: 'renamed' };
      if (added.includes(name)) return { base: null, head: name, status: 'added' };
      return { base: name, head: name, status: shapes(base, name) === shapes(head, name) ? 'both' : 'reshaped' };
    }),
    // Layers that were skipped on one side or both.
    ...[...skipped]
      .filter((name) => layerIn(head, name) === undefined)
      .map((name): Pair => ({ base: name, head: name, status: 'both' })),
    ...gone.map((name): Pair => ({ base: name, head: null, status: 'removed' })),
  ];
}
