import { printable } from '../errors.js';
import type { Listener } from '../workflows/listener.js';
import { type Io, say } from './io.js';
import { Progress } from './progress.js';

/** Runs some work whose warnings and progress go to standard error. */
export async function listening<Result>(
  io: Io,
  quiet: boolean,
  work: (listener: Listener) => Promise<Result>,
): Promise<Result> {
  const progress = new Progress(io);
  return work({
    warning: (text) => void (quiet || say(io, `warning: ${printable(text)}`)),
    progress: (done, total) => void (quiet || progress.update(done, total)),
  }).finally(() => progress.stop());
}
