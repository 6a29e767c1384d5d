import type { SynchronousFormat } from '../report-format.js';
import { presentationOf } from '../documents/index.js';

type Field = string | number | null;

/** Control characters that a terminal would interpret; line ends are text in RFC 4180. */
const CONTROLS = /[^\P{Cc}\t\r\n]/gu;

/** A field of RFC 4180; empty for null. */
const field = (value: Field): string => {
  const text = value === null ? '' : String(value).replace(CONTROLS, '\ufffd');
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
