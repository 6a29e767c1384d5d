import { type Tensor, type Values, sizeOf } from '../../kernels/kernels.js';
import { cotangentsFrom } from '../../program/cotangent.js';
import { oneHot } from '../../program/primitives/rules/tangents.js';
import { type ValueId, valueOf } from '../../program/program.js';
import { emptyMoments } from '../moments.js';
import type { UnitRange } from '../plan/types.js';
import { type AuditedBatch, type Receiver, contract } from './batch.js';

/** Moments of ranges whose first derivatives come from one reverse pass for each output, several outputs at a time. */
export async function reversePasses(
  batch: AuditedBatch,
  ranges: readonly UnitRange[],
  receiver: Receiver,
): Promise<void> {
  const { kernels, plan, trace } = batch;
  const { outputs } = plan;
  const derivatives = ranges.map(({ units }) => new Float64Array(outputs * trace.batch * units));
  for (let from = 0; from < outputs; from += plan.cotangents) {
    const some = Array.from({ length: Math.min(plan.cotangents, outputs - from) }, (_, k) => from + k);
    const found = startCotangents(batch, ranges, oneHot(kernels, some, outputs));
    ranges.forEach((range, k) => {
      const into = derivatives[k]!.subarray(from * trace.batch * range.units);
      copyUnits(range, found.get(range.group.start), into);
    });
    await receiver.progress((from + some.length) / outputs);
  }
  ranges.forEach((range, k) => {
    const { group, units } = range;
    const moments = emptyMoments(batch.columns, trace.batch, units);
    const first = { values: derivatives[k]!, unitStride: 1, inputStride: units, outputStride: trace.batch * units };
    contract(batch, group, moments, { first, second: null }, { firstUnit: 0, units, outputs });
    receiver.moments(range, moments);
  });
}

/** Cotangents [K, B, size] of one value, row-major. */
interface Cotangents {
  readonly values: Values;
  readonly size: number;
}

/**
 * Cotangents of the ranges' starts from `seeds`, cotangents [K, O] or [K, B, O] of the outputs. The seeds are freed.
 */
export function startCotangents(
  { kernels, trace }: AuditedBatch,
  ranges: readonly UnitRange[],
  seeds: Tensor,
): ReadonlyMap<ValueId, Cotangents> {
  const wanted = [...new Set(ranges.map(({ group }) => group.start))];
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

/** Copies the range's own elements of cotangents [K, B, size] into [K, B, units]. */
export function copyUnits(
  { group, firstUnit, units }: UnitRange,
  cotangents: Cotangents | undefined,
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
