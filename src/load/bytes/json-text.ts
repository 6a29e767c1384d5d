import { AuditError, type ErrorCode } from '../../errors.js';
import { readWhole } from './files.js';

/** Bytes of a configuration, a baseline or a saved report: far more than any network needs. */
const MAX_FILE_BYTES = 2 ** 28;

/** What to report where a text is not the JSON that was expected. */
export interface JsonErrors {
  readonly code: ErrorCode;
  readonly fix: string;
  /** Code for NaN and Infinity, which Python writes as numbers; without it they are reported like other errors. */
  readonly notFinite?: ErrorCode;
  readonly limits: JsonLimits;
}

/** What a text may hold at most, and what to report where it holds more. */
export interface JsonLimits {
  readonly code: ErrorCode;
  readonly fix: string;
  readonly names: number;
  /** Objects and arrays. */
  readonly parts: number;
}

/** Whether a text holds more than `most` of these signs. */
function hasMore(text: string, signs: readonly string[], most: number): boolean {
  let count = 0;
  for (const sign of signs) {
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) if (++count > most) return true;
  }
  return false;
}

/**
 * V8 takes minutes to parse objects with millions of names, and an empty object takes twenty times the memory of its
 * text, so both are counted first.
 */
function checkSize(text: string, where: string, { code, fix, names, parts }: JsonLimits): void {
  const tooMany = (what: string): AuditError =>
    new AuditError(code, { what: `${where} has more than ${what}`, why: 'more are not read', fix });
  if (hasMore(text, [':'], names)) throw tooMany(`${names} names`);
  if (hasMore(text, ['{', '['], parts)) throw tooMany(`${parts} objects and lists`);
}

/** Where V8 found the error: its messages give a position, or else quote a part of the text. */
function placeOf(message: string, text: string): string {
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? NaN);
  if (Number.isNaN(position)) return message.replace(/ is not valid JSON$/, '');
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < position; end = text.indexOf('\n', start)) {
    line += 1;
    start = end + 1;
  }
  return `the error is at ${line === 1 ? '' : `line ${line}, `}column ${position - start + 1}`;
}

/**
 * The value of a JSON text.
 * @param json the text, or its bytes, which must be UTF-8
 * @param where what messages call it
 * @throws AuditError with the codes given
 */
export function parseJson(json: string | Uint8Array, where: string, errors: JsonErrors): unknown {
  const { code, fix, notFinite, limits } = errors;
  const text = typeof json === 'string' ? json : utf8(json, where, code, fix);
  checkSize(text, where, limits);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const word = /(?:^|[[:,\s-])(NaN|Infinity)\b/.exec(text)?.[1];
    if (notFinite !== undefined && word !== undefined) {
      const what = `${where}: ${word} is not a finite number`;
      throw new AuditError(notFinite, { what, fix: 'write a finite number, or remove the row' }, { cause: error });
    }
    const why = placeOf((error as Error).message, text);
    throw new AuditError(code, { what: `${where} is not valid JSON`, why, fix }, { cause: error });
  }
}

function utf8(bytes: Uint8Array, where: string, code: ErrorCode, fix: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const why = 'its text is not UTF-8';
    throw new AuditError(code, { what: `${where} is not valid JSON`, why, fix }, { cause: error });
  }
}

const MAX_FILE_PARTS = 2 ** 20;

/**
 * The text and the value of a JSON file.
 * @param fix what to do where it is not JSON
 * @throws AuditError with the code given
 */
export async function readJson(path: string, code: ErrorCode, fix: string): Promise<{ text: string; value: unknown }> {
  const tooLarge = 'check the path: the files that fisher-audit reads and writes are smaller';
  const text = new TextDecoder().decode(await readWhole(path, { code, limit: MAX_FILE_BYTES, fix: tooLarge }));
  const limits = { code, fix: tooLarge, names: MAX_FILE_PARTS, parts: MAX_FILE_PARTS };
  return { text, value: parseJson(text, path, { code, fix, limits }) };
}

/** The tokens of JSON that say where keys are: strings, with a colon after them or without, and brackets. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g;

/** Depth of the keys whose lines are kept: as deep as any key of a configuration. */
const DEEPEST_KEY = 4;

/**
 * The lines, counted from 1, of the keys in a JSON text. Of two equal keys the last one counts, as in JSON.parse.
 * @returns the line of a key, given with the keys of the objects around it from the outside in; null where there is none
 */
export function linesOfKeys(text: string): (path: readonly string[]) => number | null {
  let lines: ReadonlyMap<string, number> | null = null;
  return (path) => (lines ??= readLinesOfKeys(text)).get(JSON.stringify(path)) ?? null;
}

function readLinesOfKeys(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  /** The current key of each object or array around the token; null in an array, and before the first key. */
  const keys: (string | null)[] = [];
  let [line, counted] = [1, 0];
  for (const { 0: token, 1: quoted, 2: colon, index } of text.matchAll(TOKENS)) {
    if (/^[{[]/.test(token)) keys.push(null);
    else if (/^[}\]]/.test(token)) keys.pop();
    else if (quoted !== undefined && colon !== undefined && keys.length <= DEEPEST_KEY) {
      for (let at = text.indexOf('\n', counted); at >= 0 && at < index; at = text.indexOf('\n', counted)) {
        line += 1;
        counted = at + 1;
      }
      keys[keys.length - 1] = JSON.parse(quoted) as string;
      lines.set(JSON.stringify(keys), line);
    }
  }
  return lines;
}
