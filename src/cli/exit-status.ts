import type { Outcome, Verdict } from '../results/verdict.js';
import { printable } from '../errors.js';
import type { ReportFormatName } from '../report/formats/index.js';
import type { Outputs } from './outputs.js';
import { type Io, say } from './io.js';

const statuses: Record<Outcome, number> = { pass: 0, fail: 1, inconclusive: 4, incomplete: 0 };

/** Report formats that name every failure in words. The readers of the other formats are programs. */
const readable: readonly ReportFormatName[] = ['table', 'markdown', 'github'];

/**
 * Writes failures to standard error unless a report on standard output names them.
 * @returns the exit status
 */
export function conclude({ outcome, failures }: Verdict, { reports }: Outputs, io: Io): number {
  const shown = reports.some(({ format, file }) => file === null && readable.includes(format));
  for (const failure of shown ? [] : failures) say(io, `${failure.outcome}: ${printable(failure.text)}`);
  return statuses[outcome];
}
