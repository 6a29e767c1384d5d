import type { Result } from '../../audit/results.js';
import { auditShown } from './audit.js';
import { comparisonShown } from './comparison.js';
import type { Shown } from './shown.js';
import { trackShown } from './track.js';

/** What each kind of result has to show. */
export function shown(result: Result): Shown {
  switch (result.kind) {
    case 'audit':
      return auditShown(result);
    case 'comparison':
      return comparisonShown(result);
    case 'track':
      return trackShown(result);
  }
}
