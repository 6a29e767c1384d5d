import { conventionsOf } from './audit/conventions.js';
import { coverageOf, notAuditedLayers, refuseNothing } from './audit/coverage.js';
import { estimate } from './audit/estimate.js';
import { refuseNotFinite } from './audit/finite.js';
import type { Report } from './audit/result.js';
import { summarise } from './audit/summarise.js';
import { judge } from './audit/verdict.js';
import { loadKernels } from './kernels/backend.js';
import { sizeOf } from './kernels/kernels.js';
import { planFor, prepare } from './prepare.js';
import type { AuditOptions } from './options.js';
import { likelihoods } from './likelihoods/index.js';
import { version } from './version.js';

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
  const kernelsLoading = loadKernels(options.backend, options.precision);
  kernelsLoading.catch(() => undefined);
  const prepared = await prepare(modelPath, dataPath, options, listener);
  const { network, lowered, dataset, program, inferred, inputs } = prepared;
  const kernels = await kernelsLoading;
  const plan = planFor(prepared, options, kernels, inputs);
  const notAudited = notAuditedLayers(lowered, program, options.skipLayer);
  refuseNothing(network, lowered, plan, coverageOf(lowered, plan), options.requireCoverage);
  const likelihood = likelihoods[inferred.family];
  const estimates = await estimate(kernels, program, plan, dataset, {
    ...options,
    likelihood,
    inputs,
    onProgress: (done) => listener.progress?.(done, inputs),
  });
  const outputs = sizeOf(prepared.outputs);
  const layers = summarise(lowered.layers, plan, estimates, { ...options, outputs });
  refuseNotFinite(layers);
  return {
    schemaVersion: 1,
    tool: { name: 'fisher-audit', version },
    model: { path: network.path, format: network.format, sha256: network.sha256, parameters: prepared.parameters },
    data: {
      path: dataset.path,
      synthetic: dataset.synthetic,
      inputs,
      available: prepared.available,
      sha256: estimates.sha256,
    },
    likelihood: {
      family: inferred.family,
      outputs,
      noise: inferred.family === 'gaussian' ? options.noise : null,
      inferredFrom: inferred.inferredFrom,
    },
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
    conventions: conventionsOf(inferred.family, options),
    layers,
    notAudited,
    verdict: judge(layers, notAudited, options),
  };
}
