import { comparableInputs, precisionLoss } from '../../engine/precision-loss.js';
import type { Plan } from '../../engine/plan/types.js';
import type { Kernels } from '../../kernels/kernels.js';
import { likelihoods } from '../../likelihoods/index.js';
import type { Dataset } from '../../load/datasets/dataset.js';
import { warningText } from '../../report/sentences/warnings.js';
import type { Listener } from '../listener.js';
import type { AuditableNetwork } from './lower.js';

/** Errors of float32 are about 1e-6 in ordinary networks. Figures are printed with two or three digits. */
const SERIOUS_LOSS = 1e-3;

interface PrecisionOptions {
  readonly memory: number;
  readonly noise: number;
  readonly seed: number;
}

/** Warns where float32 loses digits: compares it with float64 at the first inputs, if that costs little. */
export async function checkPrecision(
  { program, likelihood }: AuditableNetwork,
  plan: Plan,
  dataset: Dataset,
  kernels: Kernels,
  { memory, noise, seed }: PrecisionOptions,
  listener: Listener,
): Promise<void> {
  const count = kernels.bytesPerElement === 8 ? 0 : comparableInputs(program, plan, memory);
  if (count === 0) return;
  for await (const inputs of dataset.batches(count, count)) {
    const family = likelihoods[likelihood.family];
    const loss = precisionLoss(kernels, { program, plan, inputs, likelihood: family, noise, seed });
    if (loss && loss.error > SERIOUS_LOSS)
      listener.warning?.(warningText({ kind: 'precision-lost', ...loss, inputs: inputs.count }));
  }
}
