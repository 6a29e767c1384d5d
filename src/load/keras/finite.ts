import { AuditError } from '../../errors.js';
import type { Values } from '../../kernels/kernels.js';

/** A weight's values, all of them finite. @throws AuditError FA204 */
export function finite(path: string, name: string, values: Values): Values {
  const bad = values.findIndex((x) => !Number.isFinite(x));
  if (bad < 0) return values;
  throw new AuditError('FA204', {
    what: `${path}: weight "${name}" holds ${values[bad]} at position ${bad}`,
    fix: 'the training of this checkpoint diverged, or the file is damaged; take another checkpoint',
  });
}
