import { CommanderError } from 'commander';
import { AuditError } from '../errors.js';
import { type Io, say } from './io.js';

const BUG = 70;
const USAGE = 2;

/** Writes an error as one message to standard error. @returns the exit status */
export function fail(error: unknown, io: Io, { debug, json }: { debug: boolean; json: boolean }): number {
  const { status, code, message, what, why, fix } = describe(error);
  const text = json ? JSON.stringify({ error: { code, message, what, why: why ?? null, fix: fix ?? null } }) : message;
  say(io, text);
  if (debug && error instanceof Error) say(io, error.stack ?? '');
  return status;
}

interface Description {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly what: string;
  readonly why?: string | undefined;
  readonly fix?: string | undefined;
}

function describe(error: unknown): Description {
  if (error instanceof AuditError) {
    return { status: error.exitCode, code: error.code, message: error.message, ...error.text };
  }
  if (error instanceof CommanderError) {
    const what = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    const fix = 'run fisher-audit --help for commands and options';
    return { status: USAGE, code: 'FA401', message: `FA401 ${what} · ${fix}`, what, fix };
  }
  const what = `a bug in fisher-audit: ${error instanceof Error ? error.message : String(error)}`;
  const fix = 'please report it, with the output of the same command with --debug';
  return { status: BUG, code: 'FA900', message: `FA900 ${what} · ${fix}`, what, fix };
}
