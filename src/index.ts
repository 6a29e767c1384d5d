import { type CompareOptions, compareOptionsSchema } from './config/compare-options.js';
import { loadConfig, noConfig } from './config/config-file.js';
import {
  type AuditOptions,
  type ExportOptions,
  type Given,
  type TrackOptions,
  auditOptionsSchema,
  exportOptionsSchema,
  trackOptionsSchema,
} from './config/options.js';
import { parseOptions } from './config/parse-options.js';
import { AuditError, type ErrorCode } from './errors.js';
import type { Comparison } from './results/comparison.js';
import type { ExportSummary } from './results/export-summary.js';
import type { Report } from './results/report.js';
import type { Track } from './results/track.js';
import { audit as auditFiles } from './workflows/audit.js';
import { compareNetworks } from './workflows/compare.js';
import { loadCriteria } from './workflows/criteria.js';
import { exportDiagonal } from './workflows/export.js';
import type { Listener } from './workflows/listener.js';
import { trackCheckpoints } from './workflows/track.js';

export { AuditError, type ErrorCode };
export { type Report, reportSchema } from './results/report.js';
export { type Comparison, comparisonSchema } from './results/comparison.js';
export { type Track, trackSchema } from './results/track.js';
export type { ExportSummary, Listener };

/** The files of one audit. */
export interface Subject {
  /** Path of a model file (model.json, .keras, .h5), or of a folder that holds one under its usual name. */
  model: string;
  /** Path of a data set; default: dataset.* or x.* in the folder of the model. */
  data?: string;
  /** Receives warnings and progress. */
  listener?: Listener;
}

export type AuditRequest = Given<AuditOptions> &
  Subject & {
    /** Path of a configuration file with options and a policy; none is searched for. Options of the call replace its options. */
    config?: string;
    /** Path of the baseline file with which the rule maxIncrease compares. */
    baseline?: string;
  };

export type CompareRequest = Given<CompareOptions> &
  Omit<Subject, 'model'> & {
    /** Paths of models, saved reports or baselines. */
    base: string;
    head: string;
  };

export type TrackRequest = Given<TrackOptions> &
  Omit<Subject, 'model'> & {
    /** Paths of checkpoints of one network, in the order of training. */
    models: readonly string[];
  };

export type ExportRequest = Given<ExportOptions> &
  Subject & {
    /** Path of the file to write: .safetensors or .npz. */
    file: string;
  };

/** The end of the last audit. Audits run one after another, because tfjs has one current backend per process. */
let last: Promise<unknown> = Promise.resolve();

function inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
  const turn = last.then(run);
  last = turn.catch(() => undefined);
  return turn;
}

/** @throws AuditError FA401 */
function checkPaths(paths: Readonly<Record<string, unknown>>): void {
  for (const [name, path] of Object.entries(paths)) {
    if (typeof path !== 'string')
      throw new AuditError('FA401', { what: `${name}: expected the path of a file`, fix: 'give the path as a string' });
  }
}

/**
 * Audits the diagonal Fisher information of a saved network: both random estimators, their exact variances and a
 * recommendation for every layer. The same as the command line's `fisher-audit model data --json`.
 * @throws AuditError with a code, what is wrong and how to mend it
 */
export async function audit({ model, data, listener, config, baseline, ...options }: AuditRequest): Promise<Report> {
  checkPaths({ model, data: data ?? '', config: config ?? '', baseline: baseline ?? '' });
  return inTurn(async () => {
    const configured = config === undefined ? noConfig : await loadConfig(config, model);
    const parsed = parseOptions(auditOptionsSchema, { ...configured.options, ...options });
    const criteria = await loadCriteria(configured.policy, baseline ?? configured.baseline);
    return auditFiles({ model, data: data ?? null }, parsed, listener, criteria);
  });
}

/**
 * Compares two networks layer by layer. The same as `fisher-audit compare base head --json`.
 * @throws AuditError with a code, what is wrong and how to mend it
 */
export async function compare({ base, head, data, listener, ...options }: CompareRequest): Promise<Comparison> {
  checkPaths({ base, head, data: data ?? '' });
  const parsed = parseOptions(compareOptionsSchema, options);
  return inTurn(() => compareNetworks({ base, head, data: data ?? null }, parsed, listener));
}

/**
 * Shows how Fisher information and variances change over training. The same as `fisher-audit track models… --json`.
 * @throws AuditError with a code, what is wrong and how to mend it
 */
export async function track({ models, data, listener, ...options }: TrackRequest): Promise<Track> {
  checkPaths({ ...Object.fromEntries(models.map((model, k) => [`models[${k}]`, model])), data: data ?? '' });
  const parsed = parseOptions(trackOptionsSchema, options);
  return inTurn(() => trackCheckpoints(models, data ?? null, parsed, listener));
}

/**
 * Writes the diagonal Fisher information of every parameter, and its variances, to a file. The same as the
 * command line's `fisher-audit export model data -o file --json`.
 * @throws AuditError with a code, what is wrong and how to mend it
 */
export async function exportFisher({ model, data, file, listener, ...options }: ExportRequest): Promise<ExportSummary> {
  checkPaths({ model, data: data ?? '', file });
  const parsed = parseOptions(exportOptionsSchema, options);
  return inTurn(() => exportDiagonal({ model, data: data ?? null }, file, parsed, listener));
}
