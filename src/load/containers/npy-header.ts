import { AuditError } from '../../errors.js';
import type { ArraySource } from '../datasets/dataset.js';
import { readStart, type ByteSource } from '../bytes/byte-source.js';
import { numberTypes, type NumberType } from '../bytes/number-types.js';
import { quoted } from '../bytes/quoted.js';
import { storedArray } from '../datasets/stored-array.js';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** Bytes of the longest header. numpy writes 118 for arrays of numbers, and more for structured types, which are refused. */
const HEADER_LIMIT = 2 ** 16;
/** The limit of numpy. */
const MOST_AXES = 64;

/** One entry of the header, which is the text of a Python dictionary. */
const ENTRY =
  /\s*(['"])(descr|fortran_order|shape)\1\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d\sL,]*\)|\[[^]*\])\s*(,|$)/y;
const DESCRIPTION = /^(['"])([<>|]?)([a-zA-Z]\d*)\1$/;

function damaged(source: ByteSource, why: string): AuditError {
  return new AuditError('FA102', {
    what: `${source.label} is not a readable .npy file`,
    why,
    fix: 'write it again with numpy.save',
  });
}

/** The text of the header, which follows the magic bytes, two bytes of version and its length; and where it ends. */
async function headerOf(source: ByteSource): Promise<{ text: string; start: number }> {
  const bytes = await readStart(source, HEADER_LIMIT);
  if (bytes.length < 12 || !bytes.subarray(0, 6).equals(MAGIC))
    throw damaged(source, 'it does not start with the bytes of this format');
  const version = bytes.readUInt8(6);
  if (version < 1 || version > 3) {
    throw new AuditError('FA100', {
      what: `${source.label} is in version ${version} of the .npy format, and versions 1 to 3 are supported`,
      fix: 'write it again with numpy.save',
    });
  }
  const textStart = version === 1 ? 10 : 12;
  const start = textStart + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (start > bytes.length) throw damaged(source, 'it ends inside its header, or its header is too long');
  return { text: bytes.toString(version === 3 ? 'utf8' : 'latin1', textStart, start), start };
}

/** The three entries of the dictionary. The parser accepts nothing else, since text of a file must not be evaluated. */
function entriesOf(source: ByteSource, header: string): Map<string, string> {
  const inside = /^\s*\{([^]*)\}\s*$/.exec(header)?.[1]?.trimEnd();
  const entries = new Map<string, string>();
  const entry = new RegExp(ENTRY);
  while (inside !== undefined && entry.lastIndex < inside.length) {
    const [, , key, value] = entry.exec(inside) ?? [];
    if (key === undefined || value === undefined || entries.has(key)) throw damaged(source, 'its header is invalid');
    entries.set(key, value);
  }
  if (entries.size !== 3) throw damaged(source, 'its header lacks descr, fortran_order or shape');
  return entries;
}

/** @throws AuditError FA100 for Python objects, text, dates, complex numbers and structured types */
function numberTypeOf(source: ByteSource, description: string): { type: NumberType; bigEndian: boolean } {
  const [, , order = '', code = ''] = DESCRIPTION.exec(description) ?? [];
  if (Object.hasOwn(numberTypes, code)) {
    return { type: numberTypes[code as keyof typeof numberTypes], bigEndian: order === '>' };
  }
  const why = code.startsWith('O') ? 'Python objects are pickled, and reading a pickle runs code' : undefined;
  throw new AuditError('FA100', {
    what: `${source.label}: elements of type ${quoted(description.replace(/^['"]|['"]$/g, ''))} are not numbers`,
    ...(why === undefined ? {} : { why }),
    fix: `save it as numbers: x.astype('float32')`,
  });
}

function shapeOf(source: ByteSource, text: string): number[] {
  const sizes = text.slice(1, -1).split(',');
  // A tuple of one element ends in a comma, and an empty tuple has one empty part.
  if (sizes.at(-1)?.trim() === '') sizes.pop();
  const valid = text.startsWith('(') && sizes.length <= MOST_AXES && sizes.every((size) => /^\s*\d+L?\s*$/.test(size));
  if (!valid) throw damaged(source, 'its shape is invalid');
  return sizes.map((size) => Number.parseInt(size, 10));
}

/**
 * The array in a .npy file (format 1.0 to 3.0). Only the header is read now.
 * @throws AuditError FA100 when it holds no numbers or is in a later version, FA102 when its header is invalid or does not match its size
 */
export async function readNpy(source: ByteSource, name: string | null): Promise<ArraySource> {
  const { text, start } = await headerOf(source);
  const entries = entriesOf(source, text);
  const fortran = entries.get('fortran_order') ?? '';
  if (fortran !== 'True' && fortran !== 'False') throw damaged(source, 'its fortran_order is neither True nor False');
  return storedArray(source, {
    name,
    shape: shapeOf(source, entries.get('shape') ?? ''),
    ...numberTypeOf(source, entries.get('descr') ?? ''),
    fortranOrder: fortran === 'True',
    start,
  });
}
