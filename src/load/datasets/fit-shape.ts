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

/** The shape of one example with every size known, or null when rows of this shape are none. */
function resolvedShape(row: readonly number[], wanted: OpenShape): readonly number[] | null {
  if (isClosed(wanted)) return fits(row, wanted) ? wanted : null;
  return row.length === wanted.length && wanted.every((size, i) => size === null || size === row[i]) ? row : null;
}

function fixFor(row: readonly number[], rows: number | null, wanted: OpenShape): string {
  if (rows !== null && resolvedShape([rows, ...row], wanted) !== null) {
    return `this looks like one example: put an axis for the rows first, ${shapeText([1, rows, ...row])}`;
  }
  if (isClosed(wanted) && row.length < 2 && sizeOf(row) === sizeOf(wanted) + 1) {
    return 'leave out the column that is no feature (the label?)';
  }
  return `save rows of shape ${shapeText(wanted)}, or of as many numbers in one axis`;
}

/**
 * The shape of one example: the model's, its open sizes taken from the file. Rows fit when the shapes agree up to axes
 * of size 1, or when either is flat and they have equally many numbers; with open sizes, axis by axis.
 * @param row shape of one row of the file, `rows` how many there are
 * @throws AuditError FA104 when they do not fit, or when a row is too large to be held in memory
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
    throw new AuditError('FA104', { what: `${found} are too large`, fix: 'check the axes' });
  const shape = resolvedShape(row, wanted.shape);
  if (shape !== null) return shape;
  throw new AuditError('FA104', {
    what: `${found}, the model's input ${quoted(wanted.name)} wants ${shapeText(wanted.shape)}`,
    fix: fixFor(row, rows, wanted.shape),
  });
}
