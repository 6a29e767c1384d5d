import type { Document } from '../document.js';
import type { View } from '../view.js';

/** A row of a format that has no nesting. */
export type FlatRecord = Readonly<Record<string, string | number | null>>;

/** One result as the formats want it. */
export interface Shown {
  /** In words, tables and charts. */
  document(by: View['by']): Document;
  /** One flat record for each row of its table. */
  records(by: View['by']): FlatRecord[];
  /** What stands on a line of its own in a stream. */
  readonly lines: readonly object[];
}
