import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AuditError, type ErrorCode } from '../errors.js';
import { readWhole } from './bytes/files.js';

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

/** What tells where keys are in a text of JSON: strings, those before a colon with it, and brackets. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g;

/**
 * The line, from 1, on which the last of some nested keys stands in a text that is JSON; null where there is no such key.
 * Of keys that are there twice the last counts, as for JSON.parse.
 */
export function lineOfKey(text: string, path: readonly string[]): number | null {
  /** Keys on the way to a place; null in what is no object, or has had no key yet. */
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
