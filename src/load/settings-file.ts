import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AuditError, type ErrorCode } from '../errors.js';
import { readWhole } from './files.js';

/** Name of the configuration file that is looked for. */
export const CONFIG_NAME = 'fisher-audit.config.json';

/** Far more than any configuration, baseline or saved report of a network. */
const MAX_BYTES = 2 ** 28;

/** The configuration beside a model, or in the nearest folder above it; null where there is none. */
export async function findConfig(model: string): Promise<string | null> {
  for (let folder = resolve(model); ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_NAME);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
    if (dirname(folder) === folder) return null;
  }
}

/** A file of JSON with its text. @throws AuditError with the code given */
export async function readJson(path: string, code: ErrorCode): Promise<{ text: string; value: unknown }> {
  const text = new TextDecoder().decode(await readWhole(path, MAX_BYTES, code));
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch (error) {
    throw new AuditError(
      code,
      { what: `${path} is not JSON: ${(error as Error).message}`, fix: 'check its commas and quotes' },
      { cause: error },
    );
  }
}

/** The line, from 1, on which the last of some nested keys stands in a text of JSON; null where it cannot be found. */
export function lineOfKey(text: string, path: readonly string[]): number | null {
  let at = 0;
  for (const key of path) {
    const quoted = JSON.stringify(key).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const found = text.slice(at).search(new RegExp(`${quoted}\\s*:`));
    if (found < 0) return null;
    at += found;
  }
  return text.slice(0, at).split('\n').length;
}
