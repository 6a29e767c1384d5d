import type * as H5wasm from 'h5wasm';
import { beforeAll } from 'vitest';

let h5wasm: typeof H5wasm;

/** What writes the files of these tests prints what it comes across, with the console that it finds. */
beforeAll(async () => {
  const { log, error } = console;
  console.log = console.error = () => undefined;
  h5wasm = await import('h5wasm');
  await h5wasm.ready;
  Object.assign(console, { log, error });
});

/** An HDF5 file that `fill` fills. */
export function hdf5(fill: (file: H5wasm.File) => void, start?: Uint8Array): Uint8Array {
  const { FS } = h5wasm;
  if (!FS) throw new Error('h5wasm is not ready');
  if (start) FS.writeFile('made.h5', start);
  const file = new h5wasm.File('made.h5', start ? 'a' : 'w');
  fill(file);
  file.close();
  const bytes = Uint8Array.from(FS.readFile('made.h5'));
  FS.unlink('made.h5');
  return bytes;
}
