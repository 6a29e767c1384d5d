import { dirname, join, resolve } from 'node:path';
import { exists } from './bytes/files.js';

/** The name of configuration files. */
export const CONFIG_NAME = 'fisher-audit.config.json';

/** The configuration in the folder of a model or in the nearest folder above; null where there is none. */
export async function findConfig(model: string): Promise<string | null> {
  for (let folder = resolve(model); ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_NAME);
    if (await exists(path)) return path;
    if (dirname(folder) === folder) return null;
  }
}
