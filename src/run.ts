import { answersFor } from './audit/answers.js';
import { baselineOf } from './audit/baseline.js';
import { conventionsOf } from './audit/conventions.js';
import { coverageOf, notAuditedLayers, refuseNothing } from './audit/coverage.js';
import { estimate } from './audit/estimate.js';
import { refuseNotFinite } from './audit/finite.js';
import type { Report } from './audit/result.js';
import { judge } from './audit/policy/judge.js';
import { combined, idleGlobs } from './audit/policy/policy.js';
import { policyOfOptions } from './audit/policy/option-policy.js';
import { type SubsetValues, subsetValues } from './audit/subset-values.js';
import { summarise } from './audit/summarise.js';
import { loadKernels } from './kernels/backend.js';
import { sizeOf } from './kernels/kernels.js';
import { planFor, prepare } from './prepare.js';
import type { AuditOptions } from './options.js';
import { likelihoods } from './likelihoods/index.js';
import { version } from './version.js';
import { type Gate, openGate } from './gate.js';
import { refuseIncomparable } from './audit/incomparable.js';

/** What a caller may want to be told while an audit runs. */
export interface Listener {
  warning?(text: string): void;
  progress?(inputs: number, total: number): void;
  /** Values of single parameters, by layer, where a subset of them was audited. */
  sampled?(values: ReadonlyMap<string, SubsetValues>): void;
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
  gate: Gate = openGate,
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
  listener.sampled?.(subsetValues(lowered.layers, plan, estimates));
  const report = {
    schemaVersion: 1 as const,
    kind: 'audit' as const,
    tool: { name: 'fisher-audit' as const, version },
    model: { path: network.path, format: network.format, sha256: network.sha256, parameters: prepared.parameters },
    data: {
      path: dataset.path,
      synthetic: dataset.synthetic,
      sha256: estimates.fingerprint,
      inputs,
      available: prepared.available,
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
    answers: answersFor(layers, { inputs, target: options.target }),
  };
  const policy = combined(gate.policy, policyOfOptions(options, network.path));
  if (gate.baseline) refuseIncomparable(gate.baseline.path, gate.baseline.figures, baselineOf(report));
  const idle = idleGlobs(
    policy,
    layers.map(({ name }) => name),
  );
  if (idle.length > 0) listener.warning?.(`the policy speaks of ${idle.join(', ')}, which no audited layer matches`);
  return { ...report, verdict: judge({ report, baseline: gate.baseline?.figures ?? null }, policy) };
}
