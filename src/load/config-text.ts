import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** The name of configuration files. */
export const CONFIG_NAME = 'fisher-audit.config.json';

/** The configuration in the folder of a model or in the nearest folder above; null where there is none. */
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

/** The tokens of JSON that say where keys are: strings, with a colon after them or without, and brackets. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g;

/**
 * The line, counted from 1, of a key in a JSON text; null where there is no such key.
 * Of two equal keys the last one counts, as in JSON.parse.
 * @param path the keys of the objects around it from the outside in, then the key itself
 */
export function lineOfKey(text: string, path: readonly string[]): number | null {
  /** The current key of each object or array around the token; null in an array, and before the first key. */
  const keys: (string | null)[] = [];
  let found: number | null = null;
  for (const { 0: token, 1: quoted, 2: colon, index } of text.matchAll(TOKENS)) {
    if (/^[{[]/.test(token)) keys.push(null);
    else if (/^[}\]]/.test(token)) keys.pop();
    else if (quoted !== undefined && colon !== undefined) {
      keys[keys.length - 1] = JSON.parse(quoted) as string;
      if (keys.length === path.length && path.every((key, depth) => key === keys[depth])) found = index;
    }
  }
  return found === null ? null : text.slice(0, found).split('\n').length;
}
