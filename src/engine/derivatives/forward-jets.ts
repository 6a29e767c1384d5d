import type { Kernels, Tensor } from '../../kernels/kernels.js';
import { outputJets } from '../../program/jet.js';
import { type AuditedBatch, contract, outputsOf } from './batch.js';
import type { Derivatives } from './contract.js';
import { type Moments, emptyMoments } from '../moments.js';
import type { UnitRange } from '../plan/types.js';

/** Moments of a part whose derivatives are pushed to the outputs, as many directions at a time as fit into a step. */
export function pushPart(
  batch: AuditedBatch,
  part: UnitRange,
  progress: (share: number) => void,
  emit: (part: UnitRange, moments: Moments) => void,
): void {
  const { group, firstUnit, units } = part;
  const { kernels, plan, trace } = batch;
  const moments = emptyMoments(batch.columns, trace.batch, units);
  const step = plan.directions(group);
  for (let from = 0; from < units; from += step) {
    const count = Math.min(step, units - from);
    const indices = group.indices.slice(firstUnit + from, firstUnit + from + count);
    const jets = outputJets(trace, group.start, indices, group.order);
    const derivatives = { first: fromJets(kernels, jets.first), second: jets.second && fromJets(kernels, jets.second) };
    kernels.free([jets.first, jets.second]);
    contract(batch, group, moments, derivatives, { firstUnit: from, units: count, outputs: outputsOf(trace) });
    progress((from + count) / units);
  }
  emit(part, moments);
}

/** [D, B, O], or [D, 1, O] where inputs do not matter. */
function fromJets(kernels: Kernels, tensor: Tensor): Derivatives {
  const [, batch = 1, outputs = 1] = tensor.shape;
  const inputStride = batch === 1 ? 0 : outputs;
  return { values: kernels.read(tensor), unitStride: batch * outputs, inputStride, outputStride: 1 };
}
