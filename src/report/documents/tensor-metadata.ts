import type { DiagonalOptions, WeightDiagonal } from '../../figures/weight-diagonals.js';
import type { Report } from '../../results/report.js';

/** Where the tensors of an export come from. */
export interface Origin extends Pick<Report, 'tool' | 'model' | 'data' | 'likelihood' | 'conventions' | 'notAudited'> {
  readonly run: Pick<Report['run'], 'seed' | 'kinks' | 'precision' | 'backend'>;
  readonly options: Pick<DiagonalOptions, 'estimator' | 'samples'>;
}

/** How a reader may use the variances. */
const VARIANCES =
  '.gradient_variance and .hessian_variance are those of one label draw of Î₁ and Î₂ at one input, mean over the inputs: ' +
  'the mean over M inputs of N draws each has variance/(N·M). ' +
  '.input_variance is the variance over the inputs of the exact diagonal at one input, in population form (divided by M).';

/** For weights whose figures are estimates, because there are too many outputs for an exact sum. */
const ESTIMATED =
  'the weights listed in estimated have too many outputs: their diagonal and variances are unbiased estimates from ' +
  'label draws, no exact values, and an input variance may come out below zero';

/** The metadata of a file of exported tensors: texts, with lists as JSON. */
export function tensorMetadata(
  { tool, model, data, likelihood, conventions, notAudited, run, options }: Origin,
  diagonals: readonly WeightDiagonal[],
): Record<string, string> {
  const estimated = diagonals.filter(({ exact }) => !exact).map(({ name }) => name);
  return {
    tool: tool.name,
    tool_version: tool.version,
    model: model.path,
    model_format: model.format,
    model_sha256: model.sha256,
    data: data.path ?? 'synthetic inputs',
    data_sha256: data.sha256,
    synthetic: String(data.synthetic),
    inputs: String(data.inputs),
    likelihood: likelihood.family,
    ...(likelihood.noise !== null && { noise: String(likelihood.noise) }),
    estimator: options.estimator,
    samples: String(options.samples),
    seed: String(run.seed),
    exact: String(options.estimator === 'exact' && estimated.length === 0),
    estimated: JSON.stringify(estimated),
    kinks: run.kinks,
    precision: run.precision,
    backend: run.backend,
    variances: VARIANCES,
    conventions: JSON.stringify([...conventions, ...(estimated.length > 0 ? [ESTIMATED] : [])]),
    not_exported: JSON.stringify(notAudited),
  };
}
