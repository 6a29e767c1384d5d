import type { SubsetValues } from '../figures/subset-values.js';

/** What a caller may want to hear while an audit runs. */
export interface Listener {
  warning?(text: string): void;
  progress?(inputs: number, total: number): void;
  /** Values of single parameters, for every layer that was audited on a subset. */
  sampled?(values: ReadonlyMap<string, SubsetValues>): void;
}
