import type * as H5wasm from 'h5wasm';

/** h5wasm prints what it comes across, with the console that it finds while it loads. */
async function loadQuietly(): Promise<typeof H5wasm> {
  const { log, error } = console;
  console.log = console.error = () => undefined;
  const h5wasm = await import('h5wasm');
  await h5wasm.ready;
  Object.assign(console, { log, error });
  return h5wasm;
}

const h5wasm = await loadQuietly();

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
