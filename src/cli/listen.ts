import { printable } from '../errors.js';
import type { Listener } from '../workflows/listener.js';
import type { Io } from './io.js';
import { Progress } from './progress.js';

/** Runs some work whose warnings and progress go to standard error. */
export async function listening<Result>(
  io: Io,
  quiet: boolean,
  work: (listener: Listener) => Promise<Result>,
): Promise<Result> {
  const progress = new Progress(io);
  return work({
    warning: (text) => void (quiet || io.stderr.write(`warning: ${printable(text)}\n`)),
    progress: (done, total) => void (quiet || progress.update(done, total)),
  }).finally(() => progress.stop());
}
