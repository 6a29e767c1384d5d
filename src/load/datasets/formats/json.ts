import { basename } from 'node:path';
import { AuditError } from '../../../errors.js';
import type { ArraySource, DatasetFormat } from '../dataset.js';
import { readWhole } from '../../bytes/files.js';
import { arrayInMemory, flattenNested, parseNested, shapeOfNested } from '../nested-arrays.js';
import { sizeOf } from '../../../kernels/kernels.js';
import { quoted } from '../../bytes/quoted.js';
import { shapeText } from '../../bytes/shapes.js';

/** Bytes of the largest file, which is held in memory several times. */
const BYTES_LIMIT = 2 ** 28;
/** The largest number of arrays and objects. Each takes about 50 bytes of memory, however short it is. */
const ARRAYS_LIMIT = 2 ** 24;
const FORM = 'write an array of rows, or an object of such arrays by input name';
const OTHER_FORMATS = 'use .npy or .jsonl, which are read row by row';

interface ListedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListedArray(value: unknown): value is ListedArray {
  if (!isRecord(value) || typeof value['name'] !== 'string') return false;
  const { shape, data } = value;
  return Array.isArray(shape) && Array.isArray(data) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isOpening(byte: number): boolean {
  return byte === 0x5b || byte === 0x7b;
}

async function readText(path: string): Promise<string> {
  const label = basename(path);
  const bytes = await readWhole(path, { code: 'FA100', limit: BYTES_LIMIT, fix: OTHER_FORMATS });
  let arrays = 0;
  for (const byte of bytes) if (isOpening(byte)) arrays += 1;
  if (arrays > ARRAYS_LIMIT)
    throw new AuditError('FA100', { what: `${label} has too many arrays: ${arrays}`, fix: OTHER_FORMATS });
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** An array as nested arrays, rows first. @throws AuditError FA102, FA103 */
function nestedArray(name: string | null, value: unknown, where: string): ArraySource {
  if (!Array.isArray(value)) throw new AuditError('FA102', { what: `${where} is not an array of rows`, fix: FORM });
  const shape = shapeOfNested(value, where);
  return arrayInMemory(name, shape, flattenNested(value, shape, where));
}

/** An array as its shape, rows first, and a list of its numbers. @throws AuditError FA102, FA103 */
function listedArray({ name, shape, data }: ListedArray, where: string): ArraySource {
  if (shape.length > 0 && sizeOf(shape) === data.length) {
    return arrayInMemory(name, shape, flattenNested(data, [data.length], where));
  }
  const what = `${where}: ${data.length} numbers, but its shape ${shapeText(shape)} needs ${sizeOf(shape)}`;
  throw new AuditError('FA102', { what, fix: 'write as many numbers as the shape has' });
}

function listedArrays(list: readonly ListedArray[], label: string): ArraySource[] {
  const seen = new Set<string>();
  const twice = list.map(({ name }) => name).find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined)
    throw new AuditError('FA102', {
      what: `${label} has two arrays named ${quoted(twice)}`,
      fix: 'rename one of them',
    });
  return list.map((array) => listedArray(array, `${label} array ${quoted(array.name)}`));
}

/** The arrays of a parsed file in any of the three forms. */
function arraysOf(value: unknown, label: string): ArraySource[] {
  if (Array.isArray(value) && value.length > 0 && value.every(isListedArray)) return listedArrays(value, label);
  if (!isRecord(value)) return [nestedArray(null, value, label)];
  const entries = Object.entries(value);
  if (entries.length === 0) throw new AuditError('FA105', { what: `${label} has no arrays`, fix: FORM });
  return entries.map(([name, rows]) => nestedArray(name, rows, `${label} array ${quoted(name)}`));
}

/** Nested arrays, an object with them by name, or a list of {name, shape, data}. The file is held in memory. */
export const json: DatasetFormat = {
  extensions: ['.json'],
  description: 'an array of rows, or an object of such arrays by input name; up to 256 MB',
  async open(path) {
    const label = basename(path);
    return arraysOf(parseNested(await readText(path), label), label);
  },
};
