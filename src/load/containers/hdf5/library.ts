import { Script } from 'node:vm';

/** The HDF5 library, compiled to WebAssembly. */
export type Hdf5Library = typeof import('h5wasm').Module;

/** The start-up module of the package, which its exported module wraps. */
interface StartModule {
  readonly default: (options: object) => Promise<Hdf5Library>;
}

/**
 * Starts a new instance with its own memory and file system, so that a damaged file cannot affect later files. The entry
 * point of the package starts only one, which prints the messages of HDF5. An instance takes about 0.1 s to load, so it is
 * loaded only for such a file.
 */
export async function startLibrary(): Promise<Hdf5Library> {
  const start = new URL('hdf5_util.js', import.meta.resolve('h5wasm'));
  const { default: instance } = (await import(start.href)) as StartModule;
  const silent = (): void => undefined;
  return instance({ noInitialRun: true, print: silent, printErr: silent, stdin: () => null });
}

const call = new Script('f()');

/** Runs code with a time limit, since damaged files can make it loop for ever. @throws Error after `milliseconds` */
export function bounded<T>(milliseconds: number, f: () => T): T {
  return call.runInNewContext({ f }, { timeout: milliseconds }) as T;
}
