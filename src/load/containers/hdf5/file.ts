import type { Metadata } from 'h5wasm';
import { AuditError } from '../../../errors.js';
import { type FloatType, floatTypes } from '../../bytes/number-types.js';
import { type Shape, type Values, sizeOf } from '../../../kernels/kernels.js';
import { byteSize } from '../../../text/format-numbers.js';
import { refuseLargeWeights } from '../../weight-memory.js';
import { hasEndlessHeap } from './global-heap.js';
import { type Hdf5Library, startLibrary } from './library.js';

const PATH = '/file.h5';

/** A file that is larger than this room reads, which does not make it wrong. */
class BeyondLimit extends Error {}

/** The largest number of members of a group, or of texts in an attribute; no model has as many. */
const MAX_MEMBERS = 2 ** 16;
/** Bytes of the texts in an attribute. The longest is the configuration of a model. */
const MAX_TEXT_BYTES = 32 * 2 ** 20;
/** The largest compression ratio of numbers. Keras does not compress them. */
const MAX_EXPANSION = 64;
/** Bytes of the largest file, and of all numbers in it: the library's memory is limited to this. */
export const MAX_HDF5_BYTES = 2 ** 31 - 1;
/** Bytes of the library's memory beside the numbers that it reads. */
const LIBRARY_BYTES = 64 * 2 ** 20;
/** Time limit of reading. It takes milliseconds per MiB, unless the file refers to itself in a circle. */
const SECONDS = 2;
const SECONDS_PER_BYTE = 1 / 2 ** 23;

/** What a dataset holds; the numbers are not read. */
export interface Hdf5Array {
  readonly shape: Shape;
  /** null where these are not floating-point numbers. */
  readonly type: FloatType | null;
  /** The stored type in words. */
  readonly stored: string;
}

/** An open HDF5 file. Paths start with a slash. All methods throw Errors, which `readHdf5` turns into AuditErrors. */
export class Hdf5File {
  readonly #library: Hdf5Library;
  readonly #id: bigint;
  readonly #memory: number;
  #budget: number;
  #read = 0;

  /** `bytes`: the size of the file; `memory`: bytes that all its numbers together may take. */
  constructor(library: Hdf5Library, id: bigint, bytes: number, memory: number) {
    this.#library = library;
    this.#id = id;
    this.#memory = memory;
    this.#budget = Math.min(bytes * MAX_EXPANSION, MAX_HDF5_BYTES);
  }

  kind(path: string): 'group' | 'dataset' | null {
    const { H5G_GROUP, H5G_DATASET } = this.#library;
    const type = this.#library.get_type(this.#id, path);
    if (type === H5G_GROUP) return 'group';
    return type === H5G_DATASET ? 'dataset' : null;
  }

  /** The names in a group. */
  members(path: string): readonly string[] {
    return few(path, this.#library.get_names(this.#id, path, false));
  }

  /** The texts of an attribute with one or more texts; null where there is no such attribute. */
  texts(path: string, name: string): readonly string[] | null {
    const library = this.#library;
    if (!library.get_attribute_names(this.#id, path).includes(name)) return null;
    const metadata = library.get_attribute_metadata(this.#id, path, name);
    const count = metadata.total_size;
    // numpy stores an empty list of texts as a list of numbers.
    if (metadata.shape === null || count === 0) return [];
    if (metadata.type !== library.H5T_class_t.H5T_STRING.value)
      throw new Error(`attribute ${name} of ${path} is not text`);
    if (count > MAX_MEMBERS || count * metadata.size > MAX_TEXT_BYTES) throw tooLong(path, name);
    return this.#stored(
      count * metadata.size,
      (at) => library.get_attribute_data(this.#id, path, name, at),
      (bytes) => (metadata.vlen ? this.#variableTexts(path, name, bytes) : fixedTexts(bytes, metadata.size)),
    );
  }

  describe(path: string): Hdf5Array {
    const metadata = this.#library.get_dataset_metadata(this.#id, path);
    if (metadata.shape === null) throw new Error(`${path} has no shape`);
    if (metadata.virtual_sources !== undefined) throw new Error(`${path} is in another file`);
    const stored = this.#typeName(metadata);
    const type = Object.hasOwn(floatTypes, stored) ? (stored as FloatType) : null;
    return { shape: metadata.shape, type, stored };
  }

  /** All numbers of a dataset. Their count is checked before memory is allocated. */
  numbers(path: string, { shape, type }: Hdf5Array): Values {
    if (type === null) throw new Error(`${path} does not hold floating-point numbers`);
    const { size } = this.#library.get_dataset_metadata(this.#id, path);
    const bytes = sizeOf(shape) * size;
    if (!(bytes <= this.#budget))
      throw new Error(
        `${path} declares ${sizeOf(shape)} numbers, more than ${MAX_EXPANSION} times the size of the file`,
      );
    this.#budget -= bytes;
    this.#read += bytes;
    refuseLargeWeights(path, this.#read, this.#memory);
    return this.#stored(
      bytes,
      (at) => this.#library.get_dataset_data(this.#id, path, null, null, null, at),
      (stored) => floatTypes[type](stored.slice().buffer),
    );
  }

  /** What `take` makes of the bytes that `read` puts into the library's memory. */
  #stored<T>(bytes: number, read: (at: bigint) => number, take: (stored: Uint8Array) => T): T {
    const at = this.#library._malloc(Math.max(1, bytes));
    if (at === 0) throw new BeyondLimit(`there is no memory for ${bytes} bytes`);
    if (read(BigInt(at)) < 0) throw new Error('its bytes cannot be read');
    const taken = take(this.#library.HEAPU8.subarray(at, at + bytes));
    this.#library._free(at);
    return taken;
  }

  #variableTexts(path: string, name: string, pointers: Uint8Array): string[] {
    const heap = this.#library.HEAPU8;
    const view = new DataView(pointers.buffer, pointers.byteOffset, pointers.byteLength);
    let left = MAX_TEXT_BYTES;
    return Array.from({ length: pointers.length / 4 }, (_, k) => {
      const start = view.getUint32(4 * k, true);
      const end = start === 0 ? 0 : heap.indexOf(0, start);
      left -= end - start;
      if (end < start || left < 0) throw tooLong(path, name);
      return decoded(heap.subarray(start, end));
    });
  }

  #typeName({ type, size, signed }: Metadata): string {
    const { H5T_FLOAT, H5T_INTEGER, H5T_OPAQUE } = this.#library.H5T_class_t;
    if (type === H5T_FLOAT.value) return `float${8 * size}`;
    if (type === H5T_INTEGER.value) return `${signed ? 'int' : 'uint'}${8 * size}`;
    // HDF5 does not know bfloat16, and numpy stores it as two bytes without a meaning. No other type of Keras is so stored.
    return type === H5T_OPAQUE.value && size === 2 ? 'bfloat16' : 'no numbers';
  }
}

const decoded = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

function fixedTexts(bytes: Uint8Array, size: number): string[] {
  return Array.from({ length: bytes.length / size }, (_, k) => {
    const own = bytes.subarray(k * size, (k + 1) * size);
    const end = own.indexOf(0);
    return decoded(end < 0 ? own : own.subarray(0, end));
  });
}

const tooLong = (path: string, name: string): Error => new BeyondLimit(`attribute ${name} of ${path} is too long`);

function few(path: string, names: readonly string[]): readonly string[] {
  if (names.length > MAX_MEMBERS) throw new BeyondLimit(`${path} has too many members: ${names.length}`);
  return names;
}

/**
 * The result of `read` on an HDF5 file. Files that the file refers to are not read.
 * @param label what messages call the file
 * @param memory bytes that the numbers in it may take
 * @throws AuditError FA202 when it is not an HDF5 file or damaged, FA200 beyond limits, and those of `read`
 */
export async function readHdf5<T>(
  label: string,
  bytes: Uint8Array,
  memory: number,
  read: (file: Hdf5File) => T,
): Promise<T> {
  const limit = libraryBytes(bytes.length, memory);
  const { library, refused, run } = await startLibrary(limit);
  const seconds = SECONDS + SECONDS_PER_BYTE * bytes.length;
  try {
    return run(1000 * Math.ceil(seconds), () => withFile(library, bytes, memory, read));
  } catch (error) {
    if (error instanceof AuditError) throw error;
    if (error instanceof BeyondLimit) throw tooLarge(label, error);
    throw new AuditError(
      'FA202',
      {
        what: `${label} is not an HDF5 file, or is damaged`,
        why: refused() ? `reading it takes more than ${byteSize(limit)} of memory` : reason(error),
        fix: 'copy or save the model again',
      },
      { cause: error },
    );
  }
}

/**
 * Bytes that the library may take for a file. It holds one dataset at a time, and once more where it is stored in one chunk.
 */
const libraryBytes = (bytes: number, memory: number): number =>
  LIBRARY_BYTES + 2 * Math.min(MAX_EXPANSION * bytes, memory);

const tooLarge = (label: string, error: BeyondLimit): AuditError =>
  new AuditError(
    'FA200',
    { what: `${label} is larger than fisher-audit reads`, why: error.message, fix: 'audit a smaller model' },
    { cause: error },
  );

/** The library throws errors, strings and traps of WebAssembly. A timeout is an error of another context. */
function reason(error: unknown): string {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? 'reading it does not end' : (message ?? String(error));
}

function withFile<T>(library: Hdf5Library, bytes: Uint8Array, memory: number, read: (file: Hdf5File) => T): T {
  // canOwn avoids a copy of the bytes, which the library only reads.
  library.FS.writeFile(PATH, bytes, { canOwn: true } as object);
  if (hasEndlessHeap(bytes)) throw new Error('a heap of texts does not end');
  const id = library.open(PATH, library.H5F_ACC_RDONLY, false, -1, -1);
  if (id < 0n) throw new Error('it cannot be opened');
  try {
    return read(new Hdf5File(library, id, bytes.length, memory));
  } finally {
    library.close_file(id);
    library.FS.unlink(PATH);
  }
}
