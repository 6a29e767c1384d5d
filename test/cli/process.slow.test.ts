import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture } from '../support/terminal.js';

const bin = new URL('../../bin/fisher-audit.js', import.meta.url).pathname;

let folder = '';

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-process-'))));

afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs the built command; `disturb` gets the process once it has started. */
function started(
  args: readonly string[],
  stdout: 'ignore' | number = 'ignore',
  disturb: (child: ReturnType<typeof spawn>) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', stdout, 'pipe'], cwd: folder });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    child.on('close', (code) => {
      resolve({ code, stderr });
    });
    disturb(child);
  });
}

describe('a process', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that gets %s ends with %i, one line, and no half-written file', async (signal, status) => {
    const long = [fixture('mnist-gru'), '--inputs', '256', '-r', 'json=report.json'];
    const { code, stderr } = await started(long, 'ignore', (child) => {
      setTimeout(() => child.kill(signal), 1500);
    });
    expect(code).toBe(status);
    expect(stderr.trimEnd()).toBe(`fisher-audit: ended by ${signal} before it was done`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([['--help'], ['--version'], ['help', 'audit'], ['help', 'data'], [fixture('iris')]])(
    'that prints to a full device says so: %s',
    async (...args) => {
      const { code, stderr } = await started(args, openSync('/dev/full', 'w'));
      expect(code).toBe(2);
      expect(stderr).toMatch(/^FA402 standard output cannot be written: ENOSPC/);
    },
  );

  it('whose standard error is closed ends with the status of its checks', async () => {
    const { code } = await started([fixture('iris'), '--max-error', '0.1%'], 'ignore', (child) => {
      child.stderr?.destroy();
    });
    expect(code).toBe(1);
  });
});
