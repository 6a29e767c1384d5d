import type { Result } from '../../results/index.js';
import { printable } from '../printable.js';
import { auditShown } from './audit.js';
import { comparisonShown } from './comparison.js';
import type { Shown } from './shown.js';
import { trackShown } from './track.js';

/** A result, ready for formats. Its document has printable characters only. */
export function shown(result: Result): Shown {
  const own = shownOf(result);
  return { ...own, document: (by) => printable(own.document(by)) };
}

function shownOf(result: Result): Shown {
  switch (result.kind) {
    case 'audit':
      return auditShown(result);
    case 'comparison':
      return comparisonShown(result);
    case 'track':
      return trackShown(result);
  }
}
