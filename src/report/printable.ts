import { UNPRINTABLE } from '../errors.js';

/**
 * A document, or whatever else is shown, whose texts a terminal, a page or a log takes for text. Names come from files and may hold anything: line
 * ends, escape sequences, marks that turn the direction of writing. Titles of columns keep their line ends, those are ours.
 */
export const printable = <Shown extends object>(shown: Shown): Shown => cleaned(shown, false) as Shown;

function cleaned(value: unknown, lines: boolean): unknown {
  if (typeof value === 'string')
    return value.replace(UNPRINTABLE, (sign) => (lines && sign === '\n' ? sign : '\ufffd'));
  if (Array.isArray(value)) return value.map((one) => cleaned(one, lines));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, cleaned(own, lines || key === 'columns')]));
}
