import { AuditError, type ErrorCode } from './errors.js';
import { type AuditOptionsInput, type ExportOptionsInput, parseExportOptions, parseOptions } from './options.js';
import { runExport } from './export.js';
import { type Listener, run } from './run.js';
import type { ExportSummary } from './tensor-files/export-summary.js';
import type { Report } from './audit/result.js';

export { AuditError, type ErrorCode };
export { type Report, reportSchema } from './audit/result.js';
export type { Listener } from './run.js';
export type { ExportSummary } from './tensor-files/export-summary.js';

/** What there is to read. */
export interface Subject {
  /** Path of a model file (model.json, .keras, .h5), or of a folder that holds one under its usual name. */
  model: string;
  /** Path of a data set; by default the one beside the model. */
  data?: string;
  /** Is told warnings and progress. */
  listener?: Listener;
}

export type AuditRequest = AuditOptionsInput & Subject;

export type ExportRequest = ExportOptionsInput &
  Subject & {
    /** Path of the file to write; its ending says the format: .safetensors or .npz. */
    file: string;
  };

/** Audits take turns: tfjs has one current backend for the whole process. */
let last: Promise<unknown> = Promise.resolve();

function inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
  const turn = last.then(run);
  last = turn.catch(() => undefined);
  return turn;
}

/** @throws AuditError FA401 */
function checkPaths(paths: Readonly<Record<string, unknown>>): void {
  for (const [name, path] of Object.entries(paths)) {
    if (typeof path !== 'string') throw new AuditError('FA401', { what: `${name}: expected the path of a file` });
  }
}

/**
 * Audits the diagonal Fisher information of a saved network: both random estimators, their exact variances and a
 * recommendation for every layer. The same as the command line's `fisher-audit model data --json`.
 * @throws AuditError with a code, what is wrong and how to mend it
 */
export async function audit({ model, data, listener, ...options }: AuditRequest): Promise<Report> {
  checkPaths({ model, data: data ?? '' });
  const parsed = parseOptions(options);
  return inTurn(() => run(model, data ?? null, parsed, listener));
}

/**
 * Writes the diagonal Fisher information itself, of every parameter and with its variances, to a file. The same as the
 * command line's `fisher-audit export model data -o file --json`.
 * @throws AuditError with a code, what is wrong and how to mend it
 */
export async function exportFisher({ model, data, file, listener, ...options }: ExportRequest): Promise<ExportSummary> {
  checkPaths({ model, data: data ?? '', file });
  const parsed = parseExportOptions(options);
  return inTurn(() => runExport(model, data ?? null, file, parsed, listener));
}
