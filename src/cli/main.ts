import { Command, CommanderError } from 'commander';
import { fail } from './failure.js';
import { commands } from './commands/index.js';
import type { Io } from './io.js';
import { version } from '../version.js';

/**
 * Runs the command line. The process comes in as `io`, so that tests can run everything.
 * @returns the exit status: 0 done, 1 a check failed, 2 bad input, 3 nothing audited, 4 inconclusive, 70 a bug
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let status = 0;
  const finish = (code: number): void => void (status = code);
  // Writers receive the error themselves. Without a listener here the process would end with a stack trace.
  io.stdout.on('error', () => undefined);
  const program = build(io, finish);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return fail(error, io, { debug: argv.includes('--debug'), json: wantsJson(argv) });
  }
}

const wantsJson = (argv: readonly string[]): boolean =>
  argv.includes('--json') ||
  argv.some((word, k) => word === '--report=json' || (word === 'json' && /^(-r|--report)$/.test(argv[k - 1] ?? '')));

function build(io: Io, finish: (status: number) => void): Command {
  const program = new Command('fisher-audit')
    .description(
      'Which estimator of the diagonal Fisher information can you trust in each layer of a network? ' +
        'How noisy is it, and how many label draws does it need?',
    )
    .version(version, '--version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: () => undefined })
    .enablePositionalOptions();
  for (const add of Object.values(commands)) add(program, { io, finish });
  return program;
}
