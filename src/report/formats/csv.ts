import type { SynchronousFormat } from '../report-format.js';
import { presentationOf } from '../documents/index.js';

type Field = string | number | null;

/** Control characters that a terminal would interpret; line ends are text in RFC 4180. */
const CONTROLS = /[^\P{Cc}\t\r\n]/gu;

/** Spreadsheets take a text that begins like this for a formula, which can run programs. */
const FORMULA = /^[=+\-@\t\r]/;

const textOf = (value: Field): string => {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = value.replace(CONTROLS, '\ufffd');
  return FORMULA.test(text) ? `'${text}` : text;
};

/** A field of RFC 4180; empty for null. Names come from files, so none of them becomes a formula. */
const field = (value: Field): string => {
  const text = textOf(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const csv: SynchronousFormat = {
  render(result, { by }) {
    const rows = presentationOf(result).records(by);
    const titles = Object.keys(rows[0] ?? {});
    const lines = rows.map((row) => titles.map((title) => field(row[title] ?? null)).join(','));
    return [titles.join(','), ...lines, ''].join('\n');
  },
};
