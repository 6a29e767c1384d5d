import { AuditError, type ErrorCode } from './errors.js';
import { type AuditOptionsInput, parseOptions } from './options.js';
import { type Listener, run } from './run.js';
import type { Report } from './audit/result.js';

export { AuditError, type ErrorCode };
export { type Report, reportSchema } from './audit/result.js';
export type { Listener } from './run.js';

export type AuditRequest = AuditOptionsInput & {
  /** Path of a model file (model.json, .keras, .h5), or of a folder that holds one under its usual name. */
  model: string;
  /** Path of a data set; by default the one beside the model. */
  data?: string;
  /** Is told warnings and progress. */
  listener?: Listener;
};

/** Audits take turns: tfjs has one current backend for the whole process. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Audits the diagonal Fisher information of a saved network: both random estimators, their exact variances and a
 * recommendation for every layer. The same as the command line's `fisher-audit model data --json`.
 * @throws AuditError with a code, what is wrong and how to mend it
 */
export async function audit({ model, data, listener, ...options }: AuditRequest): Promise<Report> {
  for (const [name, path] of Object.entries({ model, data: data ?? '' })) {
    if (typeof path !== 'string') throw new AuditError('FA401', { what: `${name}: expected the path of a file` });
  }
  const parsed = parseOptions(options);
  const turn = last.then(() => run(model, data ?? null, parsed, listener));
  last = turn.catch(() => undefined);
  return turn;
}
