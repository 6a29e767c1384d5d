import type { Result } from '../../results/index.js';
import { printable } from '../printable.js';
import { auditPresentation } from './audit.js';
import { comparisonPresentation } from './comparison.js';
import type { Presentation } from './presentation.js';
import { trackPresentation } from './track.js';

/** A result, ready for formats. Its document has printable characters only. */
export function presentationOf(result: Result): Presentation {
  const own = unchecked(result);
  return { ...own, document: (by) => printable(own.document(by)) };
}

/** Its texts may hold any characters. */
function unchecked(result: Result): Presentation {
  switch (result.kind) {
    case 'audit':
      return auditPresentation(result);
    case 'comparison':
      return comparisonPresentation(result);
    case 'track':
      return trackPresentation(result);
  }
}
