import type { Outcome, Verdict } from '../audit/result.js';
import type { Output } from './outputs.js';
import type { Io } from './io.js';

const statuses: Record<Outcome, number> = { pass: 0, fail: 1, inconclusive: 4, incomplete: 0 };

/** Tells failures to whoever pipes the report elsewhere; returns the exit status. */
export function conclude({ outcome, failures }: Verdict, outputs: readonly Output[], io: Io): number {
  const shown = outputs.some(({ format, file }) => format === 'table' && file === null);
  for (const failure of shown ? [] : failures) io.stderr.write(`${failure.outcome}: ${failure.text}\n`);
  return statuses[outcome];
}
