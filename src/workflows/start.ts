import { conventionsOf } from '../findings/conventions.js';
import { coverageOf, notAuditedLayers, refuseNothing } from '../figures/coverage.js';
import type { EstimateOptions } from '../engine/estimate.js';
import type { Plan } from '../engine/plan/make-plan.js';
import type { Report } from '../results/report.js';
import { loadKernels } from '../kernels/backend.js';
import { type Kernels, sizeOf } from '../kernels/kernels.js';
import { likelihoods } from '../likelihoods/index.js';
import type { RunOptions } from '../config/options.js';
import { conventionText } from '../report/sentences/conventions.js';
import { type Prepared, planFor, prepare } from './prepare.js';
import type { Listener } from './audit.js';
import { version } from '../version.js';

/** Everything that is known before the first input is computed. */
export interface Started {
  readonly prepared: Prepared;
  readonly kernels: Kernels;
  readonly plan: Plan;
  readonly provenance: Provenance;
}

/** What figures are of, as reports and exported files state it. */
export type Provenance = Pick<Report, 'tool' | 'model' | 'likelihood' | 'conventions' | 'notAudited'> & {
  readonly data: Omit<Report['data'], 'sha256'>;
};

/** Loads, lowers and plans. @throws AuditError */
export async function start(
  modelPath: string,
  dataPath: string | null,
  options: RunOptions,
  listener: Listener,
): Promise<Started> {
  const kernelsLoading = loadKernels(options.backend, options.precision);
  kernelsLoading.catch(() => undefined);
  const prepared = await prepare(modelPath, dataPath, options, listener);
  const { network, lowered, inputs } = prepared;
  const kernels = await kernelsLoading;
  const plan = planFor(prepared, options, kernels, inputs);
  refuseNothing(network, lowered, plan, coverageOf(lowered, plan), options.requireCoverage);
  return { prepared, kernels, plan, provenance: provenanceOf(prepared, options) };
}

function provenanceOf(prepared: Prepared, options: RunOptions): Provenance {
  const { network, lowered, dataset, program, inferred, inputs } = prepared;
  return {
    tool: { name: 'fisher-audit', version },
    model: { path: network.path, format: network.format, sha256: network.sha256, parameters: prepared.parameters },
    data: { path: dataset.path, synthetic: dataset.synthetic, inputs, available: prepared.available },
    likelihood: {
      family: inferred.family,
      outputs: sizeOf(prepared.outputs),
      noise: inferred.family === 'gaussian' ? options.noise : null,
      inferredFrom: inferred.inferredFrom,
    },
    conventions: conventionsOf(inferred.family, options).map(conventionText),
    notAudited: notAuditedLayers(lowered, program, options.skipLayer),
  };
}

/** What the estimation needs to know of a run. */
export const estimateOptionsOf = (
  { inferred, inputs }: Prepared,
  { noise, samples, seed, labels = false }: RunOptions,
  listener: Listener,
): EstimateOptions => ({
  likelihood: likelihoods[inferred.family],
  noise,
  samples,
  seed,
  labels,
  inputs,
  onProgress: (done) => listener.progress?.(done, inputs),
});
