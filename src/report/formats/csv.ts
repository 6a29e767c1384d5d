import { shown } from '../documents/index.js';
import type { ReportFormat } from './index.js';

type Field = string | number | null;

/** RFC 4180; what does not exist is an empty field. */
const field = (value: Field): string => {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const csv: ReportFormat = {
  render(result, { by }) {
    const rows = shown(result).records(by);
    const titles = Object.keys(rows[0] ?? {});
    const lines = rows.map((row) => titles.map((title) => field(row[title] ?? null)).join(','));
    return [titles.join(','), ...lines, ''].join('\n');
  },
};
