import type { Document } from '../document.js';
import type { View } from '../view.js';

/** A row of a format without nesting, such as CSV. */
export type FlatRecord = Readonly<Record<string, string | number | null>>;

/** A result as formats need it. */
export interface Presentation {
  /** Sentences, tables and charts. */
  document(by: View['by']): Document;
  /** One flat record for each row of its table. */
  records(by: View['by']): FlatRecord[];
  /** Objects for formats with one JSON value per line. */
  readonly lines: readonly object[];
}
