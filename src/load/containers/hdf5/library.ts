import { Script } from 'node:vm';

/** The HDF5 library, compiled to WebAssembly. */
export type Hdf5Library = typeof import('h5wasm').Module;

/** Of the package's own start-up module, which the one that it exports wraps. */
interface StartModule {
  readonly default: (options: object) => Promise<Hdf5Library>;
}

/**
 * A new instance with a memory and an in-memory file system of its own, so that nothing that a damaged file does to it
 * outlives the file. The package's entry point starts only one, and that prints HDF5's messages. An instance takes about
 * 0.1 s to load, which only those who open such a file should wait for.
 */
export async function startLibrary(): Promise<Hdf5Library> {
  const start = new URL('hdf5_util.js', import.meta.resolve('h5wasm'));
  const { default: instance } = (await import(start.href)) as StartModule;
  const silent = (): void => undefined;
  return instance({ noInitialRun: true, print: silent, printErr: silent, stdin: () => null });
}

const call = new Script('f()');

/** Runs code that damaged files can send round in circles. @throws Error after `milliseconds` */
export function bounded<T>(milliseconds: number, f: () => T): T {
  return call.runInNewContext({ f }, { timeout: milliseconds }) as T;
}
