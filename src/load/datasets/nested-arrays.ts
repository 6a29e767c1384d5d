import { AuditError } from '../../errors.js';
import { type JsonErrors, parseJson } from '../bytes/json-text.js';
import type { ArraySource } from './dataset.js';
import { sizeOf } from '../../kernels/kernels.js';
import { quoted } from '../bytes/quoted.js';
import { rowsPerChunk, shapeText } from '../bytes/shapes.js';

/** Depth of nested arrays: data has less, and recursion could not go much deeper. */
const DEEPEST = 32;

const dataErrors: JsonErrors = {
  code: 'FA102',
  notFinite: 'FA103',
  fix: 'write or fetch it again',
  // Data has few names. The callers limit the arrays.
  limits: { code: 'FA100', fix: 'write the rows as arrays of numbers', names: 100_000, parts: Infinity },
};

/** The value of a JSON text with data. @throws AuditError FA103 when it holds NaN or Infinity, FA102 for other errors */
export const parseNested = (text: string, where: string): unknown => parseJson(text, where, dataErrors);

function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function notANumber(where: string, position: readonly number[], value: unknown): AuditError {
  const place = position.length === 0 ? where : `${where}, position ${shapeText(position)}`;
  return new AuditError('FA103', {
    what: `${place}: ${shown(value)} is not a finite number`,
    why: 'positions are counted from 0',
    fix: 'write a finite number, or remove the row',
  });
}

/** The shape of nested arrays, from the first element at each depth. @throws AuditError FA100 when nested too deeply */
export function shapeOfNested(value: unknown, where: string): number[] {
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0]) {
    if (shape.length === DEEPEST)
      throw new AuditError('FA100', {
        what: `${where}: arrays nested deeper than ${DEEPEST}`,
        fix: 'write each row as an array with as many axes as the input of the model',
      });
    shape.push(inner.length);
  }
  return shape;
}

/**
 * Checks the value at `position`. There may be millions of numbers, so one array holds the position of all of them.
 * @throws AuditError FA102 when lengths differ, FA103 for anything but finite numbers
 */
function checkNested(value: unknown, shape: readonly number[], where: string, position: number[]): void {
  const size = shape[position.length];
  if (size === undefined && typeof value === 'number' && Number.isFinite(value)) return;
  if (size === undefined || !Array.isArray(value)) throw notANumber(where, position, value);
  if (value.length !== size) {
    const place = position.length === 0 ? where : `${where}, position ${shapeText(position)}`;
    const what = `${place}: the number of values is ${value.length}, but ${size} in the first array`;
    throw new AuditError('FA102', { what, fix: 'give all rows the same shape' });
  }
  for (let i = 0; i < size; i++) {
    position.push(i);
    checkNested(value[i], shape, where, position);
    position.pop();
  }
}

function fill(value: unknown, into: Float64Array, offset: number): number {
  if (Array.isArray(value)) return value.reduce<number>((next, inner) => fill(inner, into, next), offset);
  into[offset] = value as number;
  return offset + 1;
}

/**
 * The numbers of nested arrays in row-major order. All lengths are checked before memory is allocated, since the data may
 * have fewer numbers than its shape suggests.
 * @throws AuditError FA102 for other lengths, FA103 for anything but finite numbers
 */
export function flattenNested(value: unknown, shape: readonly number[], where: string): Float64Array {
  checkNested(value, shape, where, []);
  const values = new Float64Array(sizeOf(shape));
  fill(value, values, 0);
  return values;
}

/** An array in memory. `shape` is that of the whole array, rows first; `values` are in row-major order. */
export function arrayInMemory(name: string | null, shape: readonly number[], values: Float64Array): ArraySource {
  const [rows = 0, ...rowShape] = shape;
  const step = rowsPerChunk(sizeOf(rowShape)) * sizeOf(rowShape);
  async function* chunks(): AsyncGenerator<Float64Array> {
    for (let start = 0; start < values.length; start += step) yield values.subarray(start, start + step);
  }
  return { name, shape: rowShape, rows, chunks };
}
