import * as z from 'zod';
import { AuditError } from '../../../errors.js';
import { sizeOf } from '../../../kernels/kernels.js';
import { list, text } from '../../../network/untrusted-schemas.js';
import { confinedPath, fileSize, readWhole } from '../../bytes/files.js';
import { type NumberType, decodeNumbers, numberTypes } from '../../bytes/number-types.js';
import { refuseLargeWeights } from '../../weight-memory.js';
import type { StoredWeight } from '../keras-model.js';
import { finite } from './finite-values.js';

const dimension = z.number().int().nonnegative();

const quantizationSchema = z.discriminatedUnion('dtype', [
  z.object({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
  z.object({ dtype: z.literal('float16') }),
]);

const weightSchema = z.object({
  name: text,
  shape: list(dimension, 16),
  dtype: z.enum(['float32', 'float16', 'int32', 'bool']),
  quantization: quantizationSchema.optional(),
  group: z.string().optional(),
});

export const manifestSchema = list(z.object({ paths: list(text), weights: list(weightSchema) }));

type Manifest = z.infer<typeof manifestSchema>;
type Entry = z.infer<typeof weightSchema>;

/** Numbers are stored in little-endian order. */
const storedTypes = {
  float32: numberTypes.f4,
  float16: numberTypes.f2,
  int32: numberTypes.i4,
  bool: numberTypes.u1,
  uint8: numberTypes.u1,
  uint16: numberTypes.u2,
} as const;

const storedType = (entry: Entry): NumberType => storedTypes[entry.quantization?.dtype ?? entry.dtype];
const storedBytes = (entry: Entry): number => sizeOf(entry.shape) * storedType(entry).bytes;

/**
 * The weights of all groups, dequantised. The declared sizes are compared with the files before anything is read.
 * @param memory bytes that they may take
 * @param seen called with the bytes of each group in order
 * @throws AuditError FA203, FA204, FA401
 */
export async function readWeights(
  path: string,
  manifest: Manifest,
  memory: number,
  seen: (bytes: Uint8Array) => void,
): Promise<Map<string, StoredWeight>> {
  const weights = new Map<string, StoredWeight>();
  const groups = await checkedGroups(path, manifest);
  const size = groups.flatMap(({ files }) => files).reduce((sum, file) => sum + file.size, 0);
  refuseLargeWeights(path, size, memory);
  for (const { entries, files } of groups) {
    const bytes = await readAll(path, files);
    seen(bytes);
    let at = 0;
    for (const entry of entries) {
      const length = storedBytes(entry);
      if (weights.has(entry.name)) throw mismatch(path, `the manifest names "${entry.name}" twice`);
      // tfjs stores the state of an optimizer among the weights.
      if (entry.group !== 'optimizer') {
        weights.set(entry.name, decode(path, entry, bytes.subarray(at, at + length)));
      }
      at += length;
    }
  }
  return weights;
}

const mismatch = (
  path: string,
  what: string,
  fix = 'copy the model again: files are missing or belong to another model',
): AuditError => new AuditError('FA203', { what: `${path}: ${what}`, fix });

interface WeightFile {
  readonly file: string;
  readonly size: number;
}

async function checkedGroups(
  path: string,
  manifest: Manifest,
): Promise<{ entries: readonly Entry[]; files: readonly WeightFile[] }[]> {
  const known = new Set<string>();
  const groups = [];
  for (const { paths, weights: entries } of manifest) {
    const files: WeightFile[] = [];
    for (const name of paths) {
      const file = await confinedPath(path, name);
      // A small file listed many times could fill the memory.
      if (known.has(file)) throw mismatch(path, `the manifest names the file "${name}" twice`);
      known.add(file);
      files.push({ file, size: await fileSize(file, 'FA203') });
    }
    checkSize(path, paths, entries, files);
    groups.push({ entries, files });
  }
  return groups;
}

function checkSize(
  path: string,
  paths: readonly string[],
  entries: readonly Entry[],
  files: readonly WeightFile[],
): void {
  const declared = entries.reduce((sum, entry) => sum + storedBytes(entry), 0);
  const found = files.reduce((sum, { size }) => sum + size, 0);
  if (declared === found) return;
  const where = paths.length === 1 ? `"${paths[0]}" holds` : `${paths.length} weight files hold`;
  throw mismatch(path, `the manifest declares ${declared} bytes of weights, but ${where} ${found}`);
}

async function readAll(path: string, files: readonly WeightFile[]): Promise<Uint8Array> {
  const parts = [];
  for (const { file, size } of files) {
    const part = await readWhole(file, { code: 'FA203', limit: size, fix: 'do not change the files during an audit' });
    if (part.length !== size) throw mismatch(path, `${file} changed while it was read`);
    parts.push(part);
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

const decode = (path: string, entry: Entry, bytes: Uint8Array): StoredWeight => ({
  name: entry.name,
  shape: entry.shape,
  values: finite(path, entry.name, numbers(entry, bytes)),
});

function numbers(entry: Entry, bytes: Uint8Array): Float32Array {
  // A copy: the bytes of a weight may start anywhere in the file.
  const stored = decodeNumbers(Uint8Array.from(bytes).buffer, storedType(entry), false);
  const restored = dequantised(entry);
  const values = new Float32Array(stored.length);
  for (let k = 0; k < values.length; k++) values[k] = restored(stored[k]!);
  return values;
}

function dequantised({ dtype, quantization }: Entry): (stored: number) => number {
  if (quantization === undefined || quantization.dtype === 'float16') return (x) => x;
  const { scale, min } = quantization;
  return dtype === 'int32' ? (x) => Math.round(x * scale + min) : (x) => x * scale + min;
}
