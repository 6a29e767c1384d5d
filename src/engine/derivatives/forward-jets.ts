import type { Kernels, Tensor } from '../../kernels/kernels.js';
import { outputJets } from '../../program/jet.js';
import { emptyMoments } from '../moments.js';
import type { UnitRange } from '../plan/types.js';
import { type AuditedBatch, type Receiver, contract } from './batch.js';
import type { Derivatives } from './contract.js';

/** Moments of a range from forward jets, as many directions at a time as fit into a step. */
export async function forwardJets(batch: AuditedBatch, range: UnitRange, receiver: Receiver): Promise<void> {
  const { group, firstUnit, units } = range;
  const { kernels, plan, trace } = batch;
  const moments = emptyMoments(batch.columns, trace.batch, units);
  const step = plan.directions(group);
  for (let from = 0; from < units; from += step) {
    const count = Math.min(step, units - from);
    const indices = group.indices.slice(firstUnit + from, firstUnit + from + count);
    const jets = outputJets(trace, group.start, indices, group.order);
    const first = derivativesOf(kernels, jets.first);
    const second = jets.second && derivativesOf(kernels, jets.second);
    kernels.free([jets.first, jets.second]);
    contract(batch, group, moments, { first, second }, { firstUnit: from, units: count, outputs: plan.outputs });
    await receiver.progress((from + count) / units);
  }
  receiver.moments(range, moments);
}

/** The derivatives in a tensor [D, B, O], or [D, 1, O] if they are equal for all inputs. */
function derivativesOf(kernels: Kernels, tensor: Tensor): Derivatives {
  const [, batch = 1, outputs = 1] = tensor.shape;
  const inputStride = batch === 1 ? 0 : outputs;
  return { values: kernels.read(tensor), unitStride: batch * outputs, inputStride, outputStride: 1 };
}
