import { primitiveOf } from './primitives/index.js';
import { type Program, type ValueId, stepsOf } from './program.js';

/** How smoothly the output depends on one value, which decides where Î₂ applies. */
export interface Smoothness {
  readonly status: 'linear' | 'smooth' | 'kinked';
  /** The operations that are not twice continuously differentiable, as "layer (function)", in the network's order. */
  readonly kinks: readonly string[];
  /** Whether the second derivative is non-zero somewhere it exists; if not, S = 0 almost everywhere. */
  readonly curved: boolean;
}

/** Combines how the steps from a value to the output bend. */
export function smoothnessFrom(program: Program, start: ValueId): Smoothness {
  const reached = new Set([start]);
  const kinks = new Set<string>();
  let curved = false;
  for (const step of stepsOf(program)) {
    const varying = step.arguments.flatMap((id, position) => (reached.has(id) ? [position] : []));
    if (varying.length === 0) continue;
    reached.add(step.result);
    const bend = primitiveOf(step.primitive).bend(step.attributes, varying);
    curved ||= bend.curved;
    if (bend.kinked) kinks.add(`${step.layer} (${step.label})`);
  }
  const status = kinks.size > 0 ? 'kinked' : curved ? 'smooth' : 'linear';
  return { status, kinks: [...kinks], curved };
}

/** The smoothness of several values together: the least regular status, and the kinks of all. */
export function leastRegular(all: readonly Smoothness[]): Smoothness {
  const status = (['kinked', 'smooth'] as const).find((one) => all.some((smoothness) => smoothness.status === one));
  return {
    status: status ?? 'linear',
    kinks: [...new Set(all.flatMap(({ kinks }) => kinks))],
    curved: all.some(({ curved }) => curved),
  };
}
