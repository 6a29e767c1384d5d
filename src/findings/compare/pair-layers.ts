import { type Baseline, layerIn } from '../../results/baseline.js';

/** A layer of the base and the same one of the head, as far as there are such. */
export interface Pair {
  readonly base: string | null;
  readonly head: string | null;
  readonly status: 'both' | 'renamed' | 'reshaped' | 'added' | 'removed';
}

/** Layers of one name belong together; of the others those that alone have weights of the same shapes. */
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
    // What one side or both left out is told as well.
    ...[...skipped]
      .filter((name) => layerIn(head, name) === undefined)
      .map((name): Pair => ({ base: name, head: name, status: 'both' })),
    ...gone.map((name): Pair => ({ base: name, head: null, status: 'removed' })),
  ];
}
