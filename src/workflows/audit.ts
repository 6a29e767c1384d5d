import { estimate } from '../engine/estimate.js';
import { sharedFlops } from '../engine/plan/forecast.js';
import { coverageOf, refuseCoverage } from '../figures/coverage.js';
import type { LayerSummary } from '../figures/layer-figures.js';
import { subsetValues } from '../figures/subset-values.js';
import type { LayerReport, Report } from '../results/report.js';
import { wordedAnswer } from '../report/sentences/answers.js';
import { recommendationText } from '../report/sentences/recommendation.js';
import { wordedAuditVerdict } from '../report/sentences/verdict.js';
import { warningText } from '../report/sentences/warnings.js';
import { judge } from '../findings/policy/judge.js';
import { recommend } from '../findings/recommend.js';
import { answersFor } from '../findings/answers.js';
import { networkSummary } from '../findings/network-summary.js';
import { loadKernels } from '../kernels/backend.js';
import { likelihoods } from '../likelihoods/index.js';
import type { AuditOptions } from '../config/options.js';
import { type Criteria, criteriaOf, noCriteria, refuseOtherBaseline, unusedCriteria } from './criteria.js';
import type { Listener } from './listener.js';
import { provenanceOf } from './provenance.js';
import { checkInputs, loadDataset, loadNetwork } from './stages/load.js';
import { lowerFor, lowerNetwork } from './stages/lower.js';
import { planAudit } from './stages/plan.js';
import { summarise } from './stages/summarise.js';

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

  // Load and lower. The data comes first where only data fixes the input sizes.
  const network = await loadNetwork(files.model, options.memory, options.skipLayer);
  const early = lowerNetwork(network, options.likelihood);
  const opened = await loadDataset(network, early, files.data, options);
  const lowered = early ?? lowerFor(network, opened.shapes, options.likelihood);
  const audited = await checkInputs(network, lowered, opened, options, listener);

  // Plan.
  const kernels = await kernelsLoading;
  const { dataset, inputs } = audited;
  const plan = planAudit(lowered, inputs, kernels, options);
  refuseCoverage(network.path, lowered, plan, coverageOf(lowered, plan), options.requireCoverage);
  const provenance = provenanceOf(network, lowered, audited, options);
  const { baseline } = criteria;
  refuseOtherBaseline(baseline, { ...provenance, data: { inputs, sha256: null }, kinks: options.kinks });

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
  const figures = summarise(lowered, { plan, estimates, provenance, kernels, begin }, options);
  refuseOtherBaseline(baseline, { ...figures, kinks: options.kinks });
  listener.sampled?.(subsetValues(lowered.layers, plan, estimates));

  // Judge.
  const layers = figures.layers.map((layer) => withRecommendation(layer, options.target));
  const answers = answersFor(layers, { inputs, target: options.target, sharedFlops: sharedFlops(program, plan) }).map(
    wordedAnswer,
  );
  const report = { ...figures, layers, summary: networkSummary(layers, inputs), answers };
  const { policy } = criteriaOf(criteria, options, network.path);
  const unused = unusedCriteria({ policy, baseline }, [...layers, ...report.notAudited]);
  for (const warning of unused) listener.warning?.(warningText(warning));
  const verdict = judge({ report, baseline: baseline?.figures ?? null }, policy);
  return { ...report, verdict: wordedAuditVerdict(verdict) };
}

function withRecommendation({ figures, curved }: LayerSummary, target: number): LayerReport {
  const finding = recommend(figures, curved);
  const { estimator, reason } = finding;
  return { ...figures, recommendation: { estimator, reason, text: recommendationText(finding, figures, target) } };
}
