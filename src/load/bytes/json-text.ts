import { AuditError } from '../../errors.js';
import { quoted } from './shapes.js';

/** Names in one text: data has few, and an object of millions would take minutes to parse. */
const NAMES_LIMIT = 100_000;

function checkNames(text: string, where: string): void {
  let names = 0;
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    names += 1;
    if (names > NAMES_LIMIT) throw new AuditError('FA102', { what: `${where} has more than ${NAMES_LIMIT} names` });
  }
}

/** V8 tells the position of an error, or else quotes some of the text. */
function placeOf(message: string, text: string): string {
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? NaN);
  if (Number.isNaN(position)) return quoted(message);
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < position; end = text.indexOf('\n', start)) {
    line += 1;
    start = end + 1;
  }
  return `${line === 1 ? '' : `line ${line}, `}column ${position - start + 1}`;
}

/**
 * The value of a JSON text.
 * @param where what messages call it
 * @throws AuditError FA103 when it holds NaN or Infinity, as Python writes them, FA102 for whatever else is no JSON
 */
export function parseJson(text: string, where: string): unknown {
  checkNames(text, where);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const word = /(?:^|[[:,\s-])(NaN|Infinity)\b/.exec(text)?.[1];
    if (word !== undefined) throw new AuditError('FA103', { what: `${where}: ${word} is not a finite number` });
    const why = placeOf((error as Error).message, text);
    throw new AuditError('FA102', { what: `${where} is not valid JSON`, why, fix: 'write or fetch it again' });
  }
}
