import { Unsupported } from '../../bytes/reading-errors.js';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { IntegerReader } from './thrift.js';

type Unpack = (packed: Uint8Array, size: number) => Uint8Array;

/** Snappy, LZ4 and Zstandard in WebAssembly and JavaScript, loaded when a page needs one of them. */
async function compressors(): Promise<typeof import('hyparquet-compressors')> {
  return import('hyparquet-compressors');
}

/** A function of zlib that stops when the output exceeds `size`. */
function native(unpack: (packed: Uint8Array, options: { maxOutputLength: number }) => Uint8Array): Unpack {
  return (packed, size) => unpack(packed, { maxOutputLength: Math.max(1, size) });
}

/** The decoder writes as many bytes as the packed bytes declare, so their number is compared first. */
async function snappy(): Promise<Unpack> {
  const unpack = (await compressors()).compressors.SNAPPY;
  return (packed, size) => {
    if (new IntegerReader(packed).unsigned() !== size) throw new Error('a page declares another size than its header');
    return size === 0 ? new Uint8Array(0) : (unpack?.(packed, size) ?? packed);
  };
}

/** The codecs, by their numbers in parquet.thrift. */
const codecs: Readonly<Record<number, { readonly name: string; load(): Promise<Unpack> }>> = {
  0: { name: 'none', load: async () => (packed) => packed },
  1: { name: 'snappy', load: snappy },
  2: { name: 'gzip', load: async () => native(gunzipSync) },
  4: { name: 'brotli', load: async () => native(brotliDecompressSync) },
  5: { name: 'lz4', load: async () => (await compressors()).decompressLz4 },
  6: {
    name: 'zstd',
    load: async () => {
      const { decompressZstd } = await compressors();
      return (packed, size) => decompressZstd(packed, new Uint8Array(size));
    },
  },
  7: { name: 'lz4', load: async () => (await compressors()).decompressLz4Raw },
};

/**
 * The `size` bytes that a page unpacks to.
 * @throws Error for unknown codecs, and when the packed bytes are damaged or unpack to another number of bytes
 */
export async function unpacked(codec: number, packed: Uint8Array, size: number): Promise<Uint8Array> {
  const known = codecs[codec];
  if (known === undefined)
    throw new Unsupported(`compression ${codec} is not supported; write the file with snappy or zstd`);
  const unpack = await known.load();
  const bytes = tried(known.name, () => unpack(packed, size));
  if (bytes.length === size) return bytes;
  throw new Error(`a page has ${bytes.length} bytes, but its header says ${size}`);
}

/** The decoders throw errors of all kinds, such as RangeErrors of arrays or of WebAssembly memory. */
function tried(name: string, unpack: () => Uint8Array): Uint8Array {
  try {
    return unpack();
  } catch (error) {
    throw new Error(`a page is not valid ${name}: ${(error as Error).message}`, { cause: error });
  }
}
