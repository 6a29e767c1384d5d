import { escaped } from '../escape.js';

/** Text that is already markup. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = string | number | Markup | readonly Markup[];

const textOf = (part: Part): string => {
  if (part instanceof Markup) return part.text;
  return typeof part === 'object' ? part.map(({ text }) => text).join('') : escaped(String(part));
};

/** A template of markup: inserted values are escaped, unless they are markup. */
export const markup = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(strings.map((string, k) => (k === 0 ? string : textOf(parts[k - 1]!) + string)).join(''));

export const nothing = new Markup('');
