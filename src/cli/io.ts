import { AuditError } from '../errors.js';
import { inert } from '../report/escape.js';

/** The parts of the process that the command line uses. Tests pass others. */
export interface Io {
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Columns where there is no terminal. */
export const DEFAULT_WIDTH = 80;
const NARROWEST = 40;

/** The width of the output in columns: that of the terminal, or COLUMNS, or 80. */
export function widthOf({ stdout, env }: Io): number {
  // A terminal that does not know its width reports 0.
  const columns = (stdout.isTTY && stdout.columns) || Number(env['COLUMNS']);
  return columns > 0 ? Math.max(NARROWEST, Math.floor(columns)) : DEFAULT_WIDTH;
}

/** Whether to use colours: on a terminal, unless NO_COLOR or --no-color is set; FORCE_COLOR forces them everywhere. */
export function wantsColour({ stdout, env }: Io, option: boolean): boolean {
  if (!option || env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return Boolean(stdout.isTTY) && env['TERM'] !== 'dumb';
}

/** The text as a log may show it. In a log of GitHub Actions, names from files must not be commands to the runner. */
const logged = (text: string, { env }: Io): string => (env['GITHUB_ACTIONS'] ? inert(text) : text);

/** Writes one line to standard error. */
export const say = (io: Io, line: string): void => void io.stderr.write(`${logged(line, io)}\n`);

/**
 * Writes to standard output and waits until the text is accepted, since a pipe may be slow. `commands`: whether the text
 * may hold commands to the runner of GitHub Actions.
 * @throws AuditError FA402
 */
export const write = (io: Io, text: string, { commands = false } = {}): Promise<void> =>
  new Promise((resolve, reject) => {
    io.stdout.write(commands ? text : logged(text, io), (error) => {
      // A reader that closes the pipe early (`| head`) is not an error.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(unwritten(error));
      else resolve();
    });
  });

const unwritten = (error: Error): AuditError =>
  new AuditError('FA402', {
    what: `standard output cannot be written: ${error.message}`,
    fix: 'free some disk space, or name a file with --output',
  });
