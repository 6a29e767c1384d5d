import type { OpenShape } from '../../network/inputs.js';
import type { NetworkInput } from '../../network/inputs.js';
import { isClosed } from '../../network/inputs.js';
import { AuditError } from '../../errors.js';
import { sizeOf } from '../../kernels/kernels.js';
import { quoted } from '../bytes/quoted.js';
import { MAX_NUMBERS_HELD, shapeText } from '../bytes/shapes.js';

function sameWithoutOnes(a: readonly number[], b: readonly number[]): boolean {
  const [left, right] = [a, b].map((shape) => shape.filter((size) => size !== 1));
  return String(left) === String(right);
}

function fits(row: readonly number[], wanted: readonly number[]): boolean {
  if (sameWithoutOnes(row, wanted)) return true;
  return (row.length < 2 || wanted.length < 2) && sizeOf(row) === sizeOf(wanted);
}

/** The shape of one example without open sizes; null where rows do not fit. */
function resolvedShape(row: readonly number[], wanted: OpenShape): readonly number[] | null {
  if (isClosed(wanted)) return fits(row, wanted) ? wanted : null;
  return row.length === wanted.length && wanted.every((size, i) => size === null || size === row[i]) ? row : null;
}

function fixFor(row: readonly number[], rows: number | null, wanted: OpenShape): string {
  if (rows !== null && resolvedShape([rows, ...row], wanted) !== null) {
    return `this looks like one example: add a first axis for the rows, ${shapeText([1, rows, ...row])}`;
  }
  if (isClosed(wanted) && row.length < 2 && sizeOf(row) === sizeOf(wanted) + 1) {
    return 'remove the column that is not a feature (is it the label?)';
  }
  return `save rows of shape ${shapeText(wanted)}, or flat rows with as many numbers`;
}

/**
 * The shape of one example: that of the model, with open sizes taken from the file. Without open sizes, rows fit when the
 * shapes are equal up to axes of size 1, or when one of them is flat and both have equally many numbers. With open sizes,
 * the other sizes must be equal axis by axis.
 * @param row shape of one row of the file
 * @param rows how many rows there are; null where it is not known
 * @throws AuditError FA104 when the rows do not fit, or one row is too large for memory
 */
export function fitShape(
  label: string,
  row: readonly number[],
  rows: number | null,
  wanted: NetworkInput,
): readonly number[] {
  const count = sizeOf(row);
  const found = `${label}: rows of shape ${shapeText(row)} (${count} numbers)`;
  if (count > MAX_NUMBERS_HELD)
    throw new AuditError('FA104', { what: `${found} are too large for memory`, fix: 'check the order of the axes' });
  const shape = resolvedShape(row, wanted.shape);
  if (shape !== null) return shape;
  throw new AuditError('FA104', {
    what: `${found}, but the model's input ${quoted(wanted.name)} has shape ${shapeText(wanted.shape)}`,
    fix: fixFor(row, rows, wanted.shape),
  });
}
