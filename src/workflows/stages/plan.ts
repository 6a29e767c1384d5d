import { memoryShares } from '../../engine/plan/memory-shares.js';
import type { Plan, PlanOptions } from '../../engine/plan/types.js';
import type { AuditableNetwork } from './lower.js';
import { makePlan } from '../../engine/plan/make-plan.js';
import { AuditError } from '../../errors.js';
import type { Kernels } from '../../kernels/kernels.js';
import { byteSize } from '../../text/format-numbers.js';
import { likelihoods } from '../../likelihoods/index.js';

/** Options that decide how an audit proceeds. */
export type PlanningOptions = Pick<PlanOptions, 'kinks' | 'parameters' | 'seed' | 'memory' | 'samples'> & {
  readonly skipLayer: readonly string[];
  readonly batchSize?: number | undefined;
};

/**
 * The plan of an audit of `inputs` inputs on these kernels.
 * @throws AuditError FA401 where the labels of one input do not fit into memory
 */
export function planAudit(
  { program, likelihood, blocks }: AuditableNetwork,
  inputs: number,
  { bytesPerElement }: Kernels,
  { kinks, parameters, seed, memory, samples, skipLayer, batchSize }: PlanningOptions,
): Plan {
  const plan = makePlan(program, {
    kinks,
    parameters,
    seed,
    memory,
    samples,
    skipped: skipLayer,
    bytesPerElement,
    batchSize: batchSize ?? null,
    inputs,
    blocks,
    likelihood: likelihoods[likelihood.family],
  });
  refuseTooManyDraws(plan, memory);
  return plan;
}

function refuseTooManyDraws({ blocks, maxSamples: draws }: Plan, memory: number): void {
  const most = Math.floor((memoryShares.labels * memory) / (8 * blocks));
  if (draws <= most) return;
  throw new AuditError('FA401', {
    what: `--samples: ${draws} draws of the ${blocks} labels of one input take ${byteSize(8 * draws * blocks)}`,
    fix: `use at most ${Math.max(1, most)} draws, or raise --memory`,
  });
}
