import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { AuditError, type ErrorCode } from '../../../src/errors.js';
import type { NetworkInput } from '../../../src/network/inputs.js';
import type { Dataset } from '../../../src/load/datasets/dataset.js';
import { openDataset, type OpenOptions } from '../../../src/load/datasets/open-dataset.js';

/** A folder that is gone after the tests of this file, and a way to write into it. */
export function temporaryFolder(): { folder: string; write: (name: string, contents: string | Uint8Array) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, contents: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, contents);
    return path;
  };
  return { folder, write };
}

type Write = (view: DataView, offset: number, value: number, littleEndian: boolean) => void;

/** How each kind of number is written, apart from the code under test. */
export const writers: Readonly<Record<string, { bytes: number; write: Write }>> = {
  b1: { bytes: 1, write: (view, offset, value) => view.setUint8(offset, value) },
  i1: { bytes: 1, write: (view, offset, value) => view.setInt8(offset, value) },
  i2: { bytes: 2, write: (view, offset, value, little) => view.setInt16(offset, value, little) },
  i4: { bytes: 4, write: (view, offset, value, little) => view.setInt32(offset, value, little) },
  i8: { bytes: 8, write: (view, offset, value, little) => view.setBigInt64(offset, BigInt(value), little) },
  u1: { bytes: 1, write: (view, offset, value) => view.setUint8(offset, value) },
  u2: { bytes: 2, write: (view, offset, value, little) => view.setUint16(offset, value, little) },
  u4: { bytes: 4, write: (view, offset, value, little) => view.setUint32(offset, value, little) },
  u8: { bytes: 8, write: (view, offset, value, little) => view.setBigUint64(offset, BigInt(value), little) },
  f4: { bytes: 4, write: (view, offset, value, little) => view.setFloat32(offset, value, little) },
  f8: { bytes: 8, write: (view, offset, value, little) => view.setFloat64(offset, value, little) },
};

export function numberBytes(kind: string, values: readonly number[], littleEndian: boolean): Buffer {
  const { bytes, write } = writers[kind]!;
  const view = new DataView(new ArrayBuffer(values.length * bytes));
  values.forEach((value, i) => write(view, i * bytes, value, littleEndian));
  return Buffer.from(view.buffer);
}

/** A .npy file with this header text, whatever it says. */
export function npyBytes(header: string, payload: Uint8Array, version = 1): Buffer {
  const text = Buffer.from(`${header}\n`, version === 3 ? 'utf8' : 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.of(version, 0), length, text, payload]);
}

export function npyHeader(description: string, shape: readonly number[], fortran = false): string {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  return `{'descr': '${description}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`;
}

/** A .npy file of little-endian float64 numbers. */
export function npyOf(shape: readonly number[], values: readonly number[]): Buffer {
  return npyBytes(npyHeader('<f8', shape), numberBytes('f8', values, true));
}

export interface ZipEntry {
  readonly name: string;
  readonly contents: Uint8Array;
  readonly stored?: boolean;
  /** Overrides of what the central directory says. */
  readonly claimedBytes?: number;
}

function zipEntry({ name, contents, stored = false, claimedBytes }: ZipEntry, offset: number): [Buffer, Buffer] {
  const packed = stored ? Buffer.from(contents) : deflateRawSync(contents);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(stored ? 0 : 8, 4);
  fields.writeUInt32LE(crc32(contents), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(claimedBytes ?? contents.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const place = Buffer.alloc(14);
  place.writeUInt32LE(offset, 10);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
  const central = [Buffer.from('PK\x01\x02'), Buffer.of(20, 0), fields, place, Buffer.from(name)];
  return [local, Buffer.concat(central)];
}

/** A zip file, written by hand. */
export function zipBytes(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const [local, central] = zipEntry(entry, offset);
    locals.push(local);
    centrals.push(central);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** A .npz file of float64 arrays by name. */
export function npzOf(arrays: Readonly<Record<string, readonly [readonly number[], readonly number[]]>>): Buffer {
  return zipBytes(
    Object.entries(arrays).map(([name, [shape, values]]) => ({ name: `${name}.npy`, contents: npyOf(shape, values) })),
  );
}

export function idxBytes(code: number, kind: string, shape: readonly number[], values: readonly number[]): Buffer {
  const sizes = Buffer.alloc(4 * shape.length);
  shape.forEach((size, axis) => sizes.writeUInt32BE(size, 4 * axis));
  return Buffer.concat([Buffer.of(0, 0, code, shape.length), sizes, numberBytes(kind, values, false)]);
}

/** 0, 1, 2, … */
export function counting(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

export const plain: OpenOptions = { scale: 1, offset: 0, outputs: null };

/** A model with one input of this shape. */
export function wants(...shape: (number | null)[]): NetworkInput[] {
  return [{ name: 'dense_input', shape }];
}

/** All rows of each input, read in batches of this size. */
export async function readAll(dataset: Dataset, size = 3, limit = Infinity): Promise<number[][]> {
  const inputs: number[][] = dataset.shapes.map(() => []);
  for await (const batch of dataset.batches(size, limit)) {
    batch.values.forEach((values, i) => {
      for (const value of values) inputs[i]!.push(value);
    });
  }
  return inputs;
}

/** All numbers of a file for a model of one input. */
export async function readValues(path: string, wanted: NetworkInput[], options = plain): Promise<number[]> {
  return (await readAll(await openDataset(path, wanted, options)))[0]!;
}

/** The AuditError that opening the file, or reading it to its end, gives. */
async function errorOf(path: string, wanted: NetworkInput[], options = plain): Promise<AuditError> {
  const error: unknown = await readValues(path, wanted, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AuditError)) throw new Error(`no AuditError but ${String(error)}`, { cause: error });
  return error;
}

/** As errorOf, with its code checked: the message after the code. */
export async function messageOf(
  code: ErrorCode,
  path: string,
  wanted: NetworkInput[],
  options = plain,
): Promise<string> {
  const error = await errorOf(path, wanted, options);
  if (error.code !== code) throw new Error(`${code} expected, got ${error.message}`);
  return error.message.slice(code.length + 1);
}
