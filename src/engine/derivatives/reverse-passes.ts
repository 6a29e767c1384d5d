import { type Tensor, type Values, sizeOf } from '../../kernels/kernels.js';
import { cotangentsFrom } from '../../program/cotangent.js';
import { oneHot } from '../../program/primitives/rules/tangents.js';
import { type ValueId, valueOf } from '../../program/program.js';
import { type AuditedBatch, contract, outputsOf } from './batch.js';
import { type Moments, emptyMoments } from '../moments.js';
import type { UnitRange } from '../plan/types.js';

/** Moments of parts whose first derivatives come from one reverse pass for each output, several outputs at a time. */
export function pullParts(
  batch: AuditedBatch,
  parts: readonly UnitRange[],
  progress: (share: number) => void,
  emit: (part: UnitRange, moments: Moments) => void,
): void {
  const { kernels, plan, trace } = batch;
  const outputs = outputsOf(trace);
  const derivatives = parts.map(({ units }) => new Float64Array(outputs * trace.batch * units));
  for (let from = 0; from < outputs; from += plan.cotangents) {
    const some = Array.from({ length: Math.min(plan.cotangents, outputs - from) }, (_, k) => from + k);
    const found = pullFrom(batch, parts, oneHot(kernels, some, outputs));
    parts.forEach((part, k) => {
      const into = (derivatives[k] as Float64Array).subarray(from * trace.batch * part.units);
      pickUnits(part, found.get(part.group.start), into);
    });
    progress((from + some.length) / outputs);
  }
  parts.forEach((part, k) => {
    const { group, units } = part;
    const moments = emptyMoments(batch.columns, trace.batch, units);
    const first = {
      values: derivatives[k] as Float64Array,
      unitStride: 1,
      inputStride: units,
      outputStride: trace.batch * units,
    };
    contract(batch, group, moments, { first, second: null }, { firstUnit: 0, units, outputs });
    emit(part, moments);
  });
}

/**
 * Cotangents [K, B, n] of the parts' starts from `seeds`, cotangents [K, O] or [K, B, O] of the outputs, which are freed.
 */
export function pullFrom(
  { kernels, trace }: AuditedBatch,
  parts: readonly UnitRange[],
  seeds: Tensor,
): ReadonlyMap<ValueId, { values: Values; size: number }> {
  const wanted = [...new Set(parts.map(({ group }) => group.start))];
  const cotangents = cotangentsFrom(trace, seeds, wanted);
  kernels.free(seeds);
  const found = new Map(
    [...cotangents].map(([start, tensor]) => {
      const size = sizeOf(valueOf(trace.program, start).shape);
      return [start, { values: kernels.read(tensor), size }];
    }),
  );
  kernels.free([...cotangents.values()]);
  return found;
}

/** The part's own elements of cotangents [K, B, n], into [K, B, units]. */
export function pickUnits(
  { group, firstUnit, units }: UnitRange,
  cotangents: { values: Values; size: number } | undefined,
  into: Float64Array,
): void {
  if (!cotangents) return;
  const { values, size } = cotangents;
  for (let row = 0, at = 0; row < values.length; row += size) {
    for (let unit = firstUnit; unit < firstUnit + units; unit++) {
      into[at++] = values[row + group.indices[unit]!]!;
    }
  }
}
