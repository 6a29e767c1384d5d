/** A number to three digits or so, short: 0.0312, 1.9e-5, 12 400. */
export function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1).replace('e+', 'e');
  if (size >= 100) return grouped(Math.round(value));
  return String(Number(value.toPrecision(2)));
}

/** An integer with its thousands set apart. */
export const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');

/** A share: 0.1 → 10%. */
export function percent(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const hundredfold = value * 100;
  if (hundredfold === 0) return '0%';
  return hundredfold >= 1000 ? `${short(hundredfold)}%` : `${Number(hundredfold.toPrecision(2))}%`;
}

/** Two shares with as many digits as tell them apart: 11.4% and 11.5%. */
export function percentsApart(first: number, second: number): readonly [string, string] {
  const texts = (digits: number) =>
    [first, second].map((value) => `${Number((100 * value).toPrecision(digits))}%`) as [string, string];
  const digits = [3, 4, 5, 6].find((count) => texts(count)[0] !== texts(count)[1]);
  const [a, b] = [percent(first), percent(second)];
  return a !== b || first === second || digits === undefined ? [a, b] : texts(digits);
}

export const plural = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** The first few of a list, and how many more there are. */
export const listed = (names: readonly string[], most: number): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
