import { type AuditOptionsInput, parseOptions } from './options.js';
import { type Listener, run } from './run.js';
import type { Report } from './audit/result.js';

export { AuditError, type ErrorCode } from './errors.js';
export { type Report, reportSchema } from './audit/result.js';
export type { Listener } from './run.js';

export interface AuditRequest extends AuditOptionsInput {
  /** Path of a model file, or of a folder that holds a model.json. */
  model: string;
  /** Path of a data set; by default the one beside the model. */
  data?: string;
  /** Is told warnings and progress. */
  listener?: Listener;
}

/**
 * Audits the diagonal Fisher information of a saved network: both random estimators, their exact variances and a
 * recommendation for every layer. The same as the command line's `fisher-audit model data --json`.
 * @throws AuditError with a code, what is wrong and how to mend it
 */
export async function audit({ model, data, listener, ...options }: AuditRequest): Promise<Report> {
  return run(model, data ?? null, parseOptions(options), listener);
}
