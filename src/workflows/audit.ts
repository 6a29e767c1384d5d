import { estimate } from '../engine/estimate.js';
import { coverageOf, refuseNothing } from '../figures/coverage.js';
import { layerFigures } from '../figures/layer-figures.js';
import { refuseNotFinite } from '../figures/not-finite.js';
import { subsetValues } from '../figures/subset-values.js';
import type { LayerFigures, Recommendation, Report } from '../results/report.js';
import { wordedAnswer } from '../report/sentences/answers.js';
import { recommendationText } from '../report/sentences/recommendation.js';
import { wordedAuditVerdict } from '../report/sentences/verdict.js';
import { judge } from '../findings/policy/judge.js';
import { recommend } from '../findings/recommend.js';
import { answersFor } from '../findings/answers.js';
import { networkSummary } from '../findings/network-summary.js';
import { loadKernels } from '../kernels/backend.js';
import { likelihoods } from '../likelihoods/index.js';
import type { AuditOptions } from '../config/options.js';
import { type Criteria, criteriaOf, noCriteria, refuseOtherBaseline, unusedCriteria } from './criteria.js';
import type { Listener } from './listener.js';
import { checkInputs, loadDataset, loadNetwork } from './stages/load.js';
import { lowerFor, lowerNetwork } from './stages/lower.js';
import { planAudit } from './stages/plan.js';
import { provenanceOf } from './stages/provenance.js';

/** The files of one audit. */
export interface AuditedFiles {
  readonly model: string;
  /** Null: the data set beside the model, or else synthetic inputs. */
  readonly data: string | null;
}

/**
 * One audit from files to report: load, lower, plan, estimate, summarise, judge.
 * @throws AuditError
 */
export async function audit(
  files: AuditedFiles,
  options: AuditOptions,
  listener: Listener = {},
  criteria: Criteria = noCriteria,
): Promise<Report> {
  const begin = performance.now();
  const kernelsLoading = loadKernels(options.backend, options.precision);
  // A rejection is handled where the kernels are awaited; files may be refused before that.
  kernelsLoading.catch(() => undefined);

  // Load and lower. Where the model leaves input sizes open, the data comes first.
  const network = await loadNetwork(files.model, options.skipLayer);
  const early = lowerNetwork(network, options.likelihood);
  const opened = await loadDataset(network, early, files.data, options, listener);
  const lowered = early ?? lowerFor(network, opened.shapes, options.likelihood);
  const audited = await checkInputs(network, lowered, opened, options);

  // Plan.
  const kernels = await kernelsLoading;
  const { dataset, inputs } = audited;
  const plan = planAudit(lowered, inputs, kernels, options);
  refuseNothing(network.path, lowered, plan, coverageOf(lowered, plan), options.requireCoverage);

  // Estimate.
  const { likelihood, program } = lowered;
  const estimates = await estimate(kernels, program, plan, dataset, {
    likelihood: likelihoods[likelihood.family],
    noise: options.noise,
    seed: options.seed,
    labels: options.labels,
    onProgress: (done) => listener.progress?.(done, inputs),
  });

  // Summarise.
  const { data, ...provenance } = provenanceOf(network, lowered, audited, options);
  const layers = layerFigures(lowered.layers, plan, estimates, options.target).map(({ figures, curved }) => {
    refuseNotFinite(figures.name, figures);
    return { ...figures, recommendation: recommendationOf(figures, curved, options.target) };
  });
  listener.sampled?.(subsetValues(lowered.layers, plan, estimates));
  const { tool, model, likelihood: family, conventions, notAudited } = provenance;
  const report = {
    schemaVersion: 1 as const,
    kind: 'audit' as const,
    tool,
    model,
    data: { ...data, sha256: estimates.sha256 },
    likelihood: family,
    run: {
      samples: options.samples,
      seed: options.seed,
      target: options.target,
      kinks: options.kinks,
      precision: options.precision,
      backend: kernels.name,
      workers: 1,
      scoredDraws: layers.every(({ estimators }) => estimators.gradient.exact) ? null : plan.labelDraws,
      seconds: (performance.now() - begin) / 1000,
    },
    conventions,
    layers,
    notAudited,
    summary: networkSummary(layers, inputs),
    answers: answersFor(layers, { inputs, target: options.target }).map(wordedAnswer),
  };

  // Judge.
  const { policy, baseline } = criteriaOf(criteria, options, model.path);
  for (const text of unusedCriteria({ policy, baseline }, [...layers, ...notAudited])) listener.warning?.(text);
  refuseOtherBaseline(baseline, report);
  const verdict = judge({ report, baseline: baseline?.figures ?? null }, policy);
  return { ...report, verdict: wordedAuditVerdict(verdict) };
}

function recommendationOf(layer: LayerFigures, curved: boolean, target: number): Recommendation {
  const finding = recommend(layer, curved);
  const { estimator, reason } = finding;
  return { estimator, reason, text: recommendationText(finding, layer, target) };
}
