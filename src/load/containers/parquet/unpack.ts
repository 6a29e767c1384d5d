import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { IntegerReader } from './thrift.js';

type Unpack = (packed: Uint8Array, size: number) => Uint8Array;

/** Snappy, LZ4 and Zstandard in WebAssembly and JavaScript; loaded when a page needs one. */
async function compressors(): Promise<typeof import('hyparquet-compressors')> {
  return import('hyparquet-compressors');
}

/** Stops where more comes out than was promised. */
function native(unpack: (packed: Uint8Array, options: { maxOutputLength: number }) => Uint8Array): Unpack {
  return (packed, size) => unpack(packed, { maxOutputLength: Math.max(1, size) });
}

/** The decoder writes as much as the packed bytes promise, however much was asked for. */
async function snappy(): Promise<Unpack> {
  const unpack = (await compressors()).compressors.SNAPPY;
  return (packed, size) => {
    if (new IntegerReader(packed).unsigned() !== size) throw new Error('it promises another size than its header');
    return size === 0 ? new Uint8Array(0) : (unpack?.(packed, size) ?? packed);
  };
}

/** Codecs by number, as parquet.thrift has them. */
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
 * What a page unpacks to, `size` bytes.
 * @throws Error for unknown codecs, and when the packed bytes make no sense or hold another number of bytes
 */
export async function unpacked(codec: number, packed: Uint8Array, size: number): Promise<Uint8Array> {
  const known = codecs[codec];
  if (known === undefined) throw new Error(`compression ${codec} is not known; write it with snappy or zstd`);
  const unpack = await known.load();
  const bytes = tried(known.name, () => unpack(packed, size));
  if (bytes.length === size) return bytes;
  throw new Error(`a page has ${bytes.length} bytes, its header promises ${size}`);
}

/** The decoders fail with errors of all kinds, out of bounds of an array or of their memory, say. */
function tried(name: string, unpack: () => Uint8Array): Uint8Array {
  try {
    return unpack();
  } catch (error) {
    throw new Error(`a page is no ${name}: ${(error as Error).message}`, { cause: error });
  }
}
