import { estimate } from '../engine/estimate.js';
import { refuseNotFinite } from '../figures/not-finite.js';
import type { LayerFigures, Recommendation, Report } from '../results/report.js';
import { wordedAnswer } from '../report/sentences/answers.js';
import { checkText } from '../report/sentences/checks.js';
import { recommendationText } from '../report/sentences/recommendation.js';
import { wordedVerdict } from '../report/sentences/verdict.js';
import { type SubsetValues, subsetValues } from '../figures/subset-values.js';
import { summarise } from '../figures/layer-figures.js';
import { judge } from '../findings/policy/judge.js';
import { policyOfOptions } from '../findings/policy/option-policy.js';
import { type Policy, combined, idleGlobs } from '../findings/policy/policy.js';
import { recommend } from '../findings/recommend.js';
import { answersFor } from '../findings/answers.js';
import { baselineOf } from '../results/baseline.js';
import { refuseIncomparable } from '../findings/compare/incomparable.js';
import { type Gate, openGate } from './criteria.js';
import type { AuditOptions } from '../config/options.js';
import { forCount } from '../text/format-numbers.js';
import { estimateOptionsOf, start } from './start.js';

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
  const { prepared, kernels, plan, provenance } = await start(modelPath, dataPath, options, listener);
  const { lowered, dataset, program } = prepared;
  const settings = estimateOptionsOf(prepared, options, listener);
  const estimates = await estimate(kernels, program, plan, dataset, settings);
  const summaries = summarise(lowered.layers, plan, estimates, { ...options, outputs: provenance.likelihood.outputs });
  refuseNotFinite(summaries.map(({ figures }) => figures));
  const layers = summaries.map(({ figures, curved }) => ({
    ...figures,
    recommendation: recommendationOf(figures, curved, options.target),
  }));
  const { tool, model, data, likelihood, conventions, notAudited } = provenance;
  listener.sampled?.(subsetValues(lowered.layers, plan, estimates));
  const report = {
    schemaVersion: 1 as const,
    kind: 'audit' as const,
    tool,
    model,
    data: { ...data, sha256: estimates.sha256 },
    likelihood,
    run: {
      samples: options.samples,
      seed: options.seed,
      target: options.target,
      kinks: options.kinks,
      precision: options.precision,
      backend: kernels.name,
      workers: 1,
      scoredDraws: layers.every(({ estimators }) => estimators.gradient.exact) ? null : plan.draws,
      seconds: (performance.now() - begin) / 1000,
    },
    conventions,
    layers,
    notAudited,
    answers: answersFor(layers, { inputs: data.inputs, target: options.target }).map(wordedAnswer),
  };
  const policy = combined(gate.policy, policyOfOptions(options, model.path));
  for (const text of idleParts(policy, gate, [...layers, ...notAudited])) listener.warning?.(text);
  if (gate.baseline) refuseIncomparable(gate.baseline.path, gate.baseline.figures, baselineOf(report));
  const verdict = judge({ report, baseline: gate.baseline?.figures ?? null }, policy);
  return { ...report, verdict: wordedVerdict(verdict, checkText) };
}

function recommendationOf(layer: LayerFigures, curved: boolean, target: number): Recommendation {
  const finding = recommend(layer, curved);
  const { estimator, reason } = finding;
  return { estimator, reason, text: recommendationText(finding, layer, target) };
}

/** What a check was given and does not use: it checks less than it seems to. */
function idleParts(policy: Policy, { baseline }: Gate, layers: readonly { readonly name: string }[]): string[] {
  const idle = idleGlobs(
    policy,
    layers.map(({ name }) => name),
  );
  return [
    ...(idle.length > 0
      ? [`the policy names ${idle.join(', ')}, which ${forCount(idle.length, 'matches', 'match')} no layer`]
      : []),
    ...(baseline && !policy.has('maxIncrease')
      ? [`no rule (maxIncrease) holds the audit against the baseline ${baseline.path}`]
      : []),
  ];
}
