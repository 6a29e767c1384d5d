import { spawn } from 'node:child_process';
import { type Io, write } from '../io.js';

/** Exit status of a shell that does not find a command. */
const NOT_FOUND = 127;

/**
 * Writes a text to standard output. On a terminal with fewer lines, the text goes through the pager ($PAGER, or less). An
 * empty $PAGER turns paging off.
 */
export async function page(text: string, io: Io): Promise<void> {
  const { isTTY = false, rows = Infinity } = io.stdout;
  const isLong = isTTY && text.split('\n').length > rows;
  if (isLong && (await showInPager(text, io.env))) return;
  await write(io, text);
}

/** @returns false where there is no pager */
function showInPager(text: string, env: Io['env']): Promise<boolean> {
  const own = env['PAGER'];
  if (own === '') return Promise.resolve(false);
  // Users write options into $PAGER, so a shell must read it. For less: R shows colours, F and X leave short texts alone.
  const pager = spawn(own ?? 'less', {
    shell: own !== undefined,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: 'FRX', ...env },
  });
  // Ctrl-C is for the pager, which keeps the terminal until its user leaves it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  return new Promise((resolve) => {
    const finish = (shown: boolean): void => {
      process.off('SIGINT', ignore);
      resolve(shown);
    };
    pager.on('error', () => finish(false));
    pager.on('close', (status) => finish(status !== NOT_FOUND));
    // The pager may end before it has read everything.
    pager.stdin.on('error', ignore);
    pager.stdin.end(text);
  });
}
