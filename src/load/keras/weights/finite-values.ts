import { AuditError } from '../../../errors.js';
import type { Values } from '../../../kernels/kernels.js';

/** The values of a weight, if all of them are finite. @throws AuditError FA204 */
export function finite(path: string, name: string, values: Values): Values {
  const bad = values.findIndex((x) => !Number.isFinite(x));
  if (bad < 0) return values;
  throw new AuditError('FA204', {
    what: `${path}: weight "${name}" is ${values[bad]} at position ${bad}`,
    fix: 'use another checkpoint: training diverged before this one, or the file is damaged',
  });
}
