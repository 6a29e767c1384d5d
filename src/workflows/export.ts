import { estimateWith } from '../engine/estimate.js';
import { ParameterAccumulator } from '../engine/accumulators/per-parameter.js';
import {
  type DiagonalOptions,
  columnsOfDiagonal,
  refuseImpossible,
  weightDiagonals,
} from '../figures/weight-diagonals.js';
import type { ExportOptions } from '../config/options.js';
import { checkReplaceable, writeWhole } from '../write/atomic-file.js';
import type { Listener } from './audit.js';
import { estimateOptionsOf, start } from './start.js';
import { describeTensors } from '../write/tensor-files/describe-tensors.js';
import type { ExportSummary } from '../results/export-summary.js';
import { formatOf, tensorFileFormats } from '../write/tensor-files/index.js';
import { nameTensors } from '../write/tensor-files/name-tensors.js';

/**
 * The diagonal Fisher itself, from files to a file: every parameter, with its variances.
 * @throws AuditError
 */
export async function runExport(
  modelPath: string,
  dataPath: string | null,
  file: string,
  options: ExportOptions,
  listener: Listener = {},
): Promise<ExportSummary> {
  const format = formatOf(file);
  await checkReplaceable(file);
  const samples = options.samples.at(-1) ?? 1;
  const parameters = options.parameters === 'auto' ? 'all' : options.parameters;
  const settings = { ...options, parameters, samples: [samples] };
  const diagonal: DiagonalOptions = { ...options, samples };
  const { prepared, kernels, plan, provenance } = await start(modelPath, dataPath, settings, listener);
  refuseImpossible(plan, diagonal);
  const estimates = await estimateWith(
    (planned, group) => new ParameterAccumulator(columnsOfDiagonal(planned, diagonal), planned, group),
    kernels,
    prepared.program,
    plan,
    prepared.dataset,
    estimateOptionsOf(prepared, settings, listener),
  );
  const diagonals = weightDiagonals(prepared.lowered.layers, estimates);
  const tensors = nameTensors(diagonals);
  const run = { ...options, backend: kernels.name };
  const metadata = describeTensors(
    { ...provenance, data: { ...provenance.data, sha256: estimates.sha256 }, run, options: diagonal },
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
    inputs: prepared.inputs,
    estimator: options.estimator,
    samples: options.estimator === 'exact' ? null : samples,
    estimated: diagonals.filter(({ exact }) => !exact).map(({ name }) => name),
    notAudited: provenance.notAudited,
  };
}
