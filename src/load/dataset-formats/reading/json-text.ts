import { AuditError } from '../../../errors.js';
import { quoted } from './shapes.js';

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
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const word = /(?:^|[[:,\s-])(NaN|Infinity)\b/.exec(text)?.[1];
    if (word !== undefined) throw new AuditError('FA103', { what: `${where}: ${word} is not a finite number` });
    const why = placeOf((error as Error).message, text);
    throw new AuditError('FA102', { what: `${where} is not valid JSON`, why, fix: 'write or fetch it again' });
  }
}
