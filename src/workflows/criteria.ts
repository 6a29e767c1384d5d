import type { Baseline } from '../results/baseline.js';
import type { Policy } from '../findings/policy/policy.js';
import { readBaseline } from './saved-results.js';

/** What an audit is held against. */
export interface Gate {
  readonly policy: Policy;
  readonly baseline: { readonly path: string; readonly figures: Baseline } | null;
}

/** Nothing is checked but what options ask for. */
export const openGate: Gate = { policy: new Map(), baseline: null };

/** A policy, and the baseline at `path`. @throws AuditError FA404 */
export const loadGate = async (policy: Policy, path: string | null): Promise<Gate> => ({
  policy,
  baseline: path === null ? null : { path, figures: await readBaseline(path) },
});
