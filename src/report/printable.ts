import { UNPRINTABLE } from '../errors.js';

/**
 * Replaces every character that a terminal, a page or a log might interpret in the texts of a document. Names come from files
 * and may contain anything: line ends, escape sequences, marks of the direction of writing. Titles of columns keep their line
 * ends, because they come from this program.
 */
export const printable = <Shown extends object>(shown: Shown): Shown => cleaned(shown, false) as Shown;

function cleaned(value: unknown, lines: boolean): unknown {
  if (typeof value === 'string')
    return value.replace(UNPRINTABLE, (sign) => (lines && sign === '\n' ? sign : '\ufffd'));
  if (Array.isArray(value)) return value.map((one) => cleaned(one, lines));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, cleaned(own, lines || key === 'columns')]));
}
