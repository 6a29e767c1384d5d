import { AuditError } from '../../errors.js';
import type { NetworkInput } from '../../network/inputs.js';
import type { Batch } from './dataset.js';
import { shapeText } from '../bytes/shapes.js';
import { sizeOf } from '../../kernels/kernels.js';
import { quoted } from '../bytes/quoted.js';
import { positionOf } from './slice-batches.js';

/**
 * Checks the inputs that the model looks up in a table: they must be indices of its rows.
 * @param shapes of one example of each input
 * @throws AuditError FA108 for the first number that is no such index
 */
export function checkIntegers(
  { values, first }: Batch,
  wanted: readonly NetworkInput[],
  shapes: readonly (readonly number[])[],
): void {
  wanted.forEach(({ name, vocabulary }, k) => {
    if (vocabulary === undefined) return;
    const numbers = values[k]!;
    const place = numbers.findIndex((value) => !Number.isInteger(value) || value < 0 || value >= vocabulary);
    if (place < 0) return;
    const shape = shapes[k]!;
    const row = first + Math.floor(place / sizeOf(shape));
    const position = positionOf(place % sizeOf(shape), shape);
    throw new AuditError('FA108', {
      what: `input ${quoted(name)}, row ${row}, position ${shapeText(position)}: ${numbers[place]} is not an integer from 0 to ${vocabulary - 1}`,
      why: 'the model uses it as an index; rows and positions are counted from 0',
      fix: 'give integers as in training, without --scale and --offset',
    });
  });
}
