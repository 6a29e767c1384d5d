import { littleEndian } from '../../load/bytes/number-types.js';
import type { NamedTensor } from './tensor-file.js';

/** One array in the format of numpy.save, version 2: a header in Python's syntax, and the numbers in C order. */
export interface NpyFile {
  readonly header: Uint8Array;
  readonly data: Uint8Array;
}

/** The data starts at a multiple of this many bytes. */
const ALIGNMENT = 64;
const MAGIC = Buffer.from('\x93NUMPY\x02\x00', 'latin1');

/** A tensor as an array of float64. */
export const npyOfTensor = ({ shape, values }: NamedTensor): NpyFile => ({
  header: headerOf('<f8', shape),
  data: littleEndian(values),
});

/** A text as a zero-dimensional array that holds one string. */
export function npyOfText(text: string): NpyFile {
  const points = Uint32Array.from(text, (character) => character.codePointAt(0)!);
  return { header: headerOf(`<U${points.length}`, []), data: littleEndian(points) };
}

function headerOf(descr: string, shape: readonly number[]): Uint8Array {
  // A tuple of one has a comma after it.
  const tuple = shape.length === 1 ? `(${shape.join('')},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = MAGIC.length + 4;
  const length = Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const size = Buffer.alloc(4);
  size.writeUInt32LE(length);
  return Buffer.concat([MAGIC, size, Buffer.from(`${text.padEnd(length - 1)}\n`)]);
}
