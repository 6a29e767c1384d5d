import type { Baseline } from './audit/baseline.js';
import type { Policy } from './audit/policy/policy.js';

/** What an audit is held against. */
export interface Gate {
  readonly policy: Policy;
  readonly baseline: { readonly path: string; readonly figures: Baseline } | null;
}

/** Nothing is checked but what options ask for. */
export const openGate: Gate = { policy: new Map(), baseline: null };
