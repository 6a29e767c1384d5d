import { maxSamples } from '../results/max-samples.js';
import type { ExportOptions } from '../config/options.js';
import { ParameterAccumulator } from '../engine/accumulators/per-parameter.js';
import { estimateWith } from '../engine/estimate.js';
import { coverageOf, refuseCoverage } from '../figures/coverage.js';
import {
  type DiagonalOptions,
  columnsOfDiagonal,
  refuseImpossible,
  weightDiagonals,
} from '../figures/weight-diagonals.js';
import { loadKernels } from '../kernels/backend.js';
import { likelihoods } from '../likelihoods/index.js';
import type { ExportSummary } from '../results/export-summary.js';
import { checkReplaceable, writeWhole } from '../write/atomic-file.js';
import { tensorMetadata } from '../report/documents/tensor-metadata.js';
import { formatOf, tensorFileFormats } from '../write/tensor-files/index.js';
import { nameTensors } from '../write/tensor-files/name-tensors.js';
import type { AuditedFiles } from './audit.js';
import type { Listener } from './listener.js';
import { checkInputs, loadDataset, loadNetwork } from './stages/load.js';
import { lowerFor, lowerNetwork } from './stages/lower.js';
import { planAudit } from './stages/plan.js';
import { provenanceOf } from './provenance.js';

/**
 * Writes the diagonal Fisher information of every parameter, with its variances, to `file`: load, lower, plan,
 * estimate, write.
 * @throws AuditError
 */
export async function exportDiagonal(
  files: AuditedFiles,
  file: string,
  options: ExportOptions,
  listener: Listener = {},
): Promise<ExportSummary> {
  const format = formatOf(file);
  await checkReplaceable(file);
  // One diagonal is written: that of the largest number of draws.
  const samples = maxSamples(options);
  const parameters = options.parameters === 'auto' ? 'all' : options.parameters;
  const settings = { ...options, parameters, samples: [samples] };
  const diagonal: DiagonalOptions = { ...options, samples };
  const kernelsLoading = loadKernels(options.backend, options.precision);
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
  const plan = planAudit(lowered, inputs, kernels, settings);
  refuseCoverage(network.path, lowered, plan, coverageOf(lowered, plan), options.requireCoverage);
  refuseImpossible(plan, diagonal);

  // Estimate.
  const estimates = await estimateWith(
    (planned, group) => new ParameterAccumulator(columnsOfDiagonal(planned, diagonal), planned, group),
    kernels,
    lowered.program,
    plan,
    dataset,
    {
      likelihood: likelihoods[lowered.likelihood.family],
      noise: options.noise,
      seed: options.seed,
      labels: false,
      onProgress: (done) => listener.progress?.(done, inputs),
    },
  );

  // Write.
  const diagonals = weightDiagonals(lowered.layers, estimates);
  const tensors = nameTensors(diagonals);
  const { data, ...provenance } = provenanceOf(network, lowered, audited, options);
  const metadata = tensorMetadata(
    {
      ...provenance,
      data: { ...data, sha256: estimates.sha256 },
      run: { ...options, backend: kernels.name },
      options: diagonal,
    },
    diagonals,
  );
  const bytes = await writeWhole(file, tensorFileFormats[format].write({ tensors, metadata }));
  return {
    file,
    format,
    bytes,
    tensors: tensors.length,
    weights: diagonals.length,
    parameters: diagonals.reduce((sum, { fisher }) => sum + fisher.length, 0),
    inputs,
    estimator: options.estimator,
    samples: options.estimator === 'exact' ? null : samples,
    estimated: diagonals.filter(({ exact }) => !exact).map(({ name }) => name),
    notAudited: provenance.notAudited,
  };
}
