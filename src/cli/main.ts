import { Command, CommanderError } from 'commander';
import { fail } from './failure.js';
import { withGuessedCommand } from './guess-command.js';
import { commands } from './commands/index.js';
import type { Surroundings } from './commands/command.js';
import { type Io, write } from './io.js';
import { version } from '../version.js';

export { endOnSignals } from './signals.js';

/**
 * Runs the command line. The process comes in as `io`, so that tests can run everything.
 * @returns the exit status: 0 done, 1 a check failed, 2 bad input, 3 nothing audited, 4 inconclusive, 70 a bug
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let status = 0;
  const finish = (code: number): void => void (status = code);
  // Writers receive the error themselves. Without a listener here the process would end with a stack trace.
  io.stdout.on('error', () => undefined);
  // Where standard error is closed, messages are lost, but the run goes on.
  io.stderr.on('error', () => undefined);
  const texts: string[] = [];
  const program = build({ io, finish }, (text) => texts.push(text));
  try {
    await program.parseAsync([...argv], { from: 'user' }).catch(unlessDone);
    if (texts.length > 0) await write(io, texts.join(''));
    return status;
  } catch (error) {
    const guessed = withGuessedCommand(error, argv, Object.keys(commands));
    return fail(guessed, io, { debug: argv.includes('--debug'), json: wantsJson(argv) });
  }
}

/** Help and version end the parsing with an error of their own, which is none. */
function unlessDone(error: unknown): void {
  if (!(error instanceof CommanderError && error.exitCode === 0)) throw error;
}

const wantsJson = (argv: readonly string[]): boolean =>
  argv.includes('--json') ||
  argv.some((word, k) => word === '--report=json' || (word === 'json' && /^(-r|--report)$/.test(argv[k - 1] ?? '')));

/** The command line with all commands. `print` gets the texts of help and version. */
function build(surroundings: Surroundings, print: (text: string) => void): Command {
  const program = new Command('fisher-audit')
    .description(
      'Which estimator of the diagonal Fisher information can you trust in each layer of a network? ' +
        'How noisy is it, and how many label draws does it need?',
    )
    .version(version, '--version')
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined })
    .enablePositionalOptions();
  for (const add of Object.values(commands)) add(program, surroundings);
  return program;
}
