import { isClosed } from '../../network/inputs.js';
import { AuditError } from '../../errors.js';
import { keyOf, philox4x32, uniform, type Key } from '../../statistics/philox.js';
import type { NetworkInput } from '../../network/inputs.js';
import type { Batch, Dataset } from './dataset.js';
import { shapeText } from '../bytes/shapes.js';
import { sizeOf } from '../../kernels/kernels.js';
import { quoted } from '../bytes/quoted.js';

/** Last word of every counter ("inpu"). It keeps the random words of inputs apart from those of label draws. */
const INPUTS_STREAM = 0x696e7075;

/**
 * Two independent standard normal numbers, for places 2·pair and 2·pair + 1 of a row.
 * Source: Box and Muller, "A note on the generation of random normal deviates" (1958).
 */
function normalPair(key: Key, input: number, row: number, pair: number): readonly [number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = philox4x32([row, pair, input, INPUTS_STREAM], key);
  const radius = Math.sqrt(-2 * Math.log(uniform(a, b)));
  const angle = 2 * Math.PI * uniform(c, d);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** Uniform integers from 0 to `vocabulary` − 1. */
function integerRows(
  key: Key,
  input: number,
  first: number,
  count: number,
  rowCount: number,
  vocabulary: number,
): Float64Array {
  return Float64Array.from({ length: count * rowCount }, (_, k) => {
    const place = k % rowCount;
    const [a = 0, b = 0] = philox4x32([first + Math.floor(k / rowCount), place, input, INPUTS_STREAM], key);
    return Math.floor(uniform(a, b) * vocabulary);
  });
}

function normalRows(key: Key, input: number, first: number, count: number, rowCount: number): Float64Array {
  const values = new Float64Array(count * rowCount);
  for (let row = 0; row < count; row++) {
    for (let place = 0; place < rowCount; place += 2) {
      const [even, odd] = normalPair(key, input, first + row, place / 2);
      values[row * rowCount + place] = even;
      if (place + 1 < rowCount) values[row * rowCount + place + 1] = odd;
    }
  }
  return values;
}

/** @throws AuditError FA107 when the model does not fix a size, since only data could give it */
function closedShape({ name, shape }: NetworkInput): readonly number[] {
  if (isClosed(shape)) return shape;
  throw new AuditError('FA107', {
    what: `no data set was given, and the model does not fix the sizes of its input ${quoted(name)}: ${shapeText(shape)}`,
    fix: 'give a data file, for example x.npy',
  });
}

/**
 * Any number of standard normal inputs; for inputs with a vocabulary, uniform integers below its size. Each number depends
 * only on the seed, the input, its row and its place in the row, so rows do not depend on the batch size.
 * @throws AuditError FA107 when the model does not fix a size, or (from `batches`) when all rows are requested
 */
export function syntheticDataset(wanted: readonly NetworkInput[], { seed }: { readonly seed: number }): Dataset {
  const shapes = wanted.map(closedShape);
  const key = keyOf(seed);
  async function* batches(size: number, limit: number): AsyncGenerator<Batch> {
    if (!Number.isFinite(limit)) {
      throw new AuditError('FA107', {
        what: 'all inputs were requested, and no data set was given',
        fix: 'give a data file',
      });
    }
    for (let first = 0; first < limit; first += size) {
      const count = Math.min(size, limit - first);
      const values = shapes.map((shape, input) => {
        const vocabulary = wanted[input]?.vocabulary;
        if (vocabulary === undefined) return normalRows(key, input, first, count, sizeOf(shape));
        return integerRows(key, input, first, count, sizeOf(shape), vocabulary);
      });
      yield { first, count, values };
    }
  }
  const isInteger = ({ vocabulary }: NetworkInput): boolean => vocabulary !== undefined;
  const normal = !wanted.every(isInteger);
  const warnings = [{ kind: 'synthetic-inputs', normal, integers: wanted.some(isInteger) }] as const;
  return { path: null, synthetic: true, available: null, shapes, warnings, labels: null, batches };
}
