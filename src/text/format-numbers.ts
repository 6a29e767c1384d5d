/** Separates groups of digits, and numbers from their units: a line never breaks there. */
export const NO_BREAK = '\u00a0';

/** A number with two significant digits: 0.030, 1.9e-5; an integer with all of its digits: 12 400. `–` for null and for what is not finite. */
export function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1).replace('e+', 'e');
  if (size >= 100) return grouped(Math.round(value));
  return Number.isInteger(value) ? String(value) : significant(value, 2);
}

/** A number with this many significant digits, zeros at the end included: 0.030, 4.0, 12. */
export function significant(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) < 10 ** (digits - 1) ? rounded.toPrecision(digits) : String(rounded);
}

/** An integer with groups of three digits: 12 400. */
export const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, NO_BREAK);

/** A share as a percentage with about two digits: 0.1 → 10%. */
export function percent(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const hundredfold = value * 100;
  if (hundredfold === 0) return '0%';
  return hundredfold >= 1000 ? `${short(hundredfold)}%` : `${Number(hundredfold.toPrecision(2))}%`;
}

/** A share in a column of figures, with two significant digits: 0.04 → 4.0%. */
export const percentCell = (value: number | null): string =>
  value === null || value === 0 || Math.abs(value) >= 1 ? percent(value) : `${significant(100 * value, 2)}%`;

/** Two numbers with as many digits as it takes to show that they differ. */
function apart(
  [first, second]: readonly [number, number],
  usual: (value: number) => string,
  precise: (value: number, digits: number) => string,
): readonly [string, string] {
  const known = [usual(first), usual(second)] as const;
  if (first === second || known[0] !== known[1]) return known;
  const digits = [3, 4, 5, 6].find((count) => precise(first, count) !== precise(second, count));
  return digits === undefined ? known : [precise(first, digits), precise(second, digits)];
}

/** Two shares as percentages that differ where the shares do: 11.4% and 11.5%. */
export const percentsApart = (first: number, second: number): readonly [string, string] =>
  apart([first, second], percent, (value, digits) => `${significant(100 * value, digits)}%`);

/** Two numbers as `short` writes them, with more digits where they would look the same. */
export const shortsApart = (first: number, second: number): readonly [string, string] =>
  apart([first, second], short, significant);

/** A number and its limit; the limit with the digits that it was given with, the number with enough to differ from it. */
export const besideLimit = (value: number, limit: number): readonly [string, string] => [
  shortsApart(value, limit)[0],
  limit !== 0 && (limit >= 1e6 || limit < 1e-3) ? limit.toExponential().replace('e+', 'e') : String(limit),
];

/** The form of a noun or verb that goes with a count: forCount(1, 'is', 'are') → is. */
export const forCount = (count: number, one: string, many: string): string => (count === 1 ? one : many);

/** A count with its noun: 1 input, 2 inputs. */
export const plural = (count: number, noun: string): string => `${grouped(count)} ${forCount(count, noun, `${noun}s`)}`;

/** The text with a capital first letter. */
export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A list in words: a, b and c. Only the first `most` names are written; the others are counted. */
export function listed(names: readonly string[], most: number): string {
  const parts = names.length <= most ? names : [...names.slice(0, most), `${grouped(names.length - most)} more`];
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time in units that people use: 8.3 µs, 35 ms, 12 s, 3 min 20 s, 2 h 5 min, 6.2 days. */
export function duration(seconds: number): string {
  if (seconds === 0) return inUnit('0', 's');
  if (seconds < 1e-3) return inUnit(short(seconds * 1e6), 'µs');
  if (seconds < 1) return inUnit(short(seconds * 1e3), 'ms');
  if (seconds < MINUTE) return inUnit(short(seconds), 's');
  if (seconds < HOUR) return twoUnits(Math.round(seconds), 'min', 's');
  if (seconds < DAY) return twoUnits(Math.round(seconds / MINUTE), 'h', 'min');
  const days = short(seconds / DAY);
  return inUnit(days, days === '1' ? 'day' : 'days');
}

const inUnit = (value: string, unit: string): string => value + NO_BREAK + unit;

/** A count of small units, sixty of which make a large one. */
function twoUnits(count: number, large: string, small: string): string {
  const [whole, rest] = [Math.floor(count / 60), count % 60];
  const first = inUnit(grouped(whole), large);
  return rest === 0 ? first : first + NO_BREAK + inUnit(String(rest), small);
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes in decimal units: 7.8 MB, 1 GB. */
export function byteSize(bytes: number): string {
  const power = Math.min(byteUnits.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return inUnit(short(bytes / 1000 ** power), byteUnits[power] ?? '');
}
