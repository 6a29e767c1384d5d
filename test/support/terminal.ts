import { Writable } from 'node:stream';
import { main } from '../../src/cli/main.js';

/** What one run of the command line wrote, and its exit status. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Collector extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number | undefined;

  constructor(columns?: number) {
    super();
    this.isTTY = columns !== undefined;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Runs the command line in this process; a terminal of that many columns, or a pipe where there are none. */
export async function run(
  args: readonly string[],
  { columns, env = {} }: { columns?: number; env?: Record<string, string> } = {},
): Promise<Ran> {
  const stdout = new Collector(columns);
  const stderr = new Collector();
  const status = await main(args, { stdout, stderr, env } as unknown as Parameters<typeof main>[1]);
  return { status, stdout: stdout.text, stderr: stderr.text };
}

export const fixture = (name: string): string => new URL(`../../fixtures/${name}`, import.meta.url).pathname;

/** What a terminal shows, with every run of spaces and ends of lines as one space. */
export const shown = async (args: readonly string[], columns = 80): Promise<string> =>
  (await run([...args, '--no-color'], { columns })).stdout.replace(/\s+/g, ' ');
