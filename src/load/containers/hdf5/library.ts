import { readFile } from 'node:fs/promises';
import { Script, createContext } from 'node:vm';

/** The HDF5 library, compiled to WebAssembly. */
export type Hdf5Library = typeof import('h5wasm').Module;

/** What the script of the package defines in its context. */
interface Defined {
  readonly h5wasm: { readonly ready: Promise<Hdf5Library> };
}

/** What the library imports, as Emscripten names it. Its memory grows by this function alone, which returns 0 if it cannot. */
interface Imports {
  readonly env: { readonly emscripten_resize_heap: (bytes: number) => unknown };
}

/** What is used of WebAssembly, whose types TypeScript has only for browsers. */
interface Compiler {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Imports): Promise<object>;
}

const { WebAssembly } = globalThis as unknown as { WebAssembly: Compiler };
const silent = (): void => undefined;
const call = new Script('f()');
/** The script of the package, and its WebAssembly. Both take 0.2 s to compile, so they are kept. */
let script: Script | undefined;
let compiled: object | undefined;

/** An instance of the library with its own globals, memory and file system: a damaged file cannot affect later files. */
export interface Hdf5Instance {
  readonly library: Hdf5Library;
  /** Whether the library asked for more memory than its limit. */
  readonly refused: () => boolean;
  /** The result of `f`, which uses the library. Damaged files can make it loop for ever. @throws Error after `milliseconds` */
  readonly run: <T>(milliseconds: number, f: () => T) => T;
}

/** Starts an instance. Damaged files can make it allocate any amount of memory. @param limit bytes of its memory */
export async function startLibrary(limit: number): Promise<Hdf5Instance> {
  let refused = false;
  const refuses = (bytes: number): boolean => {
    refused ||= bytes > limit;
    return bytes > limit;
  };
  const context = createContext({
    WebAssembly: Object.create(WebAssembly, {
      instantiate: { value: (bytes: Uint8Array, imports: Imports) => instantiate(bytes, imports, refuses) },
    }) as object,
    // The library prints the messages of HDF5 to the console.
    console: { log: silent, error: silent, warn: silent },
    performance,
    TextDecoder,
  });
  script ??= await readScript();
  script.runInContext(context);
  const library = await (context as unknown as Defined).h5wasm.ready;
  const run = <T>(milliseconds: number, f: () => T): T => {
    context['f'] = f;
    return call.runInContext(context, { timeout: milliseconds }) as T;
  };
  return { library, refused: () => refused, run };
}

/** WebAssembly.instantiate, compiling only once, with memory that grows only as far as `refuses` allows. */
async function instantiate(
  bytes: Uint8Array,
  imports: Imports,
  refuses: (bytes: number) => boolean,
): Promise<{ instance: object; module: object }> {
  const module = (compiled ??= await WebAssembly.compile(bytes));
  const grow = imports.env.emscripten_resize_heap;
  // The size is an unsigned 32-bit number, which WebAssembly passes as a signed one.
  const limited = (size: number) => (refuses(size >>> 0) ? 0 : grow(size));
  const env = { ...imports.env, emscripten_resize_heap: limited };
  return { instance: await WebAssembly.instantiate(module, { ...imports, env }), module };
}

async function readScript(): Promise<Script> {
  const file = new URL('../iife/h5wasm.js', import.meta.resolve('h5wasm'));
  return new Script(await readFile(file, 'utf8'), { filename: file.href });
}
