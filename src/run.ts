import { estimate } from './audit/estimate.js';
import { refuseNotFinite } from './audit/finite.js';
import type { Report } from './audit/result.js';
import { summarise } from './audit/summarise.js';
import { judge } from './audit/verdict.js';
import type { AuditOptions } from './options.js';
import { estimateOptionsOf, start } from './start.js';

/** What a caller may want to be told while an audit runs. */
export interface Listener {
  warning?(text: string): void;
  progress?(inputs: number, total: number): void;
}

/**
 * One audit from files to report: load, lower, plan, estimate, summarise, judge.
 * @throws AuditError
 */
export async function run(
  modelPath: string,
  dataPath: string | null,
  options: AuditOptions,
  listener: Listener = {},
): Promise<Report> {
  const begin = performance.now();
  const { prepared, kernels, plan, provenance } = await start(modelPath, dataPath, options, listener);
  const { lowered, dataset, program } = prepared;
  const settings = estimateOptionsOf(prepared, options, listener);
  const estimates = await estimate(kernels, program, plan, dataset, settings);
  const layers = summarise(lowered.layers, plan, estimates, { ...options, outputs: provenance.likelihood.outputs });
  refuseNotFinite(layers);
  const { tool, model, data, likelihood, conventions, notAudited } = provenance;
  return {
    schemaVersion: 1,
    tool,
    model,
    data,
    likelihood,
    run: {
      samples: options.samples,
      seed: options.seed,
      target: options.target,
      kinks: options.kinks,
      precision: options.precision,
      backend: kernels.name,
      workers: 1,
      seconds: (performance.now() - begin) / 1000,
    },
    conventions,
    layers,
    notAudited,
    verdict: judge(layers, notAudited, options),
  };
}
