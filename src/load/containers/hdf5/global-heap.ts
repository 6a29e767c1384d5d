/** Collections of texts of variable length start with these bytes: a signature and version 1. */
const SIGNATURE = Buffer.from('GCOL\x01\0\0\0', 'latin1');
/** Bytes of the head of a collection, and of each object in it, where lengths take 8 bytes as in all files of h5py. */
const HEAD = 16;

/**
 * Whether a global heap of an HDF5 file has an object of 0 bytes with its head. The library (2.0) would then look for the
 * next object at the same place for ever. Source: HDF5 File Format Specification, "Global Heap".
 */
export function hasEndlessHeap(file: Uint8Array): boolean {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  for (let start = bytes.indexOf(SIGNATURE); start >= 0 && start + HEAD <= bytes.length;) {
    const end = start + Number(bytes.readBigUInt64LE(start + 8));
    const isWhole = end <= bytes.length;
    if (isWhole && isEndless(bytes, start + HEAD, end)) return true;
    start = bytes.indexOf(SIGNATURE, isWhole ? Math.max(start + HEAD, end) : start + HEAD);
  }
  return false;
}

function isEndless(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at + HEAD <= end;) {
    const isFree = bytes.readUInt16LE(at) === 0;
    // WebAssembly has addresses of 32 bits, to which the library cuts sizes.
    const size = bytes.readUInt32LE(at + 8);
    const step = isFree ? size : (HEAD + 8 * Math.ceil(size / 8)) >>> 0;
    if (step === 0) return true;
    at += step;
  }
  return false;
}
