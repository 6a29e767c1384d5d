import { basename } from 'node:path';
import { AuditError } from '../../../errors.js';
import type { ArraySource, DatasetFormat } from '../dataset.js';
import { readNpy } from '../../containers/npy-header.js';
import { readZip } from '../../bytes/zip.js';

const ENDING = '.npy';

/** Arrays of text or objects are ignored, unless the file has no arrays of numbers. */
async function readArrays(path: string): Promise<readonly ArraySource[]> {
  const arrays: ArraySource[] = [];
  let refusal: AuditError | undefined;
  for (const [name, source] of await readZip(path)) {
    if (!name.endsWith(ENDING)) continue;
    try {
      arrays.push(await readNpy(source, name.slice(0, -ENDING.length)));
    } catch (error) {
      if (!(error instanceof AuditError) || error.code !== 'FA100') throw error;
      refusal ??= error;
    }
  }
  if (arrays.length === 0 && refusal !== undefined) throw refusal;
  return arrays;
}

/** Arrays by name, as numpy.savez and numpy.savez_compressed write them. */
export const npz: DatasetFormat = {
  extensions: ['.npz'],
  description: 'several arrays by name, as numpy.savez writes them',
  async open(path) {
    const arrays = await readArrays(path);
    if (arrays.length > 0) return arrays;
    throw new AuditError('FA102', { what: `${basename(path)} has no arrays`, fix: 'write it with numpy.savez' });
  },
};
