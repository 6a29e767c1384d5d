import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readZip } from '../../../src/load/bytes/zip.js';

/* Models that Keras saved as .keras, .h5 and model.json: test/load/keras/data/README.md. */

const FOLDER = new URL('../../load/keras/data/keras-files', import.meta.url).pathname;

export interface KerasCase {
  readonly name: string;
  /** Every class of a layer, also inside models and wrappers. */
  readonly classes: readonly string[];
  /** Of the inputs, rows first. */
  readonly shape: readonly number[];
  readonly inputs: readonly number[];
  /** What Keras predicts. */
  readonly outputs: readonly number[];
  /** model.json, where the model can be saved so. */
  readonly json: string | null;
}

export const kerasCases: readonly KerasCase[] = readdirSync(FOLDER)
  .filter((name) => existsSync(join(FOLDER, name, 'case.json')))
  .sort()
  .map((name) => {
    const json = join(FOLDER, name, 'model.json');
    const known = JSON.parse(readFileSync(join(FOLDER, name, 'case.json'), 'utf8')) as Omit<KerasCase, 'name' | 'json'>;
    return { name, ...known, json: existsSync(json) ? json : null };
  });

/** The bytes that Keras wrote. */
export const kerasBytes = (name: string, ending: 'keras' | 'h5'): Buffer =>
  gunzipSync(readFileSync(join(FOLDER, name, `model.${ending}.gz`)));

/** The file that Keras wrote, in a folder; its path. */
export function kerasFile(folder: string, name: string, ending: 'keras' | 'h5'): string {
  const path = join(folder, `${name}.${ending}`);
  writeFileSync(path, kerasBytes(name, ending));
  return path;
}

/** Members of the .keras file that Keras wrote, by name. */
export async function kerasMembers(folder: string, name: string): Promise<Record<string, Uint8Array>> {
  const found: Record<string, Uint8Array> = {};
  for (const [member, source] of await readZip(kerasFile(folder, name, 'keras'))) {
    const parts: Uint8Array[] = [];
    for await (const part of source.stream()) parts.push(part);
    found[member] = Buffer.concat(parts);
  }
  return found;
}
