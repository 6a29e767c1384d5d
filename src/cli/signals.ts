import { removePartials } from '../write/atomic-file.js';

/** Signals that end a run, with their numbers: a shell expects the exit status 128 + number. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Ends the process at the first of these signals. Half-written files are removed, and one line says what happened. */
export function endOnSignals(process: NodeJS.Process): void {
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      removePartials();
      // A progress bar may be in the current line of a terminal.
      process.stderr.write(`${process.stderr.isTTY ? '\n' : ''}fisher-audit: ended by ${signal} before it was done\n`);
      process.exit(128 + number);
    });
  }
}
