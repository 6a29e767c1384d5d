import { describe, expect, it } from 'vitest';
import { inert } from '../../src/report/escape.js';
import { say, write, type Io } from '../../src/cli/io.js';

const collect = (env: Record<string, string>) => {
  const texts: string[] = [];
  const stream = { write: (text: string, done?: () => void) => (texts.push(text), done?.()) };
  return { texts, io: { stdout: stream, stderr: stream, env } as unknown as Io };
};

const hostile = 'a\n::add-mask::x\n  ::stop-commands::y\n:::error::z\n##[command]w';

describe('the log of a runner', () => {
  it('gets no line that is a command, on either stream', async () => {
    const { texts, io } = collect({ GITHUB_ACTIONS: 'true' });
    say(io, hostile);
    await write(io, hostile);
    for (const text of texts) expect(text).not.toMatch(/^\s*::|##\[/m);
    expect(texts[1]).toBe(inert(hostile));
  });

  it('gets commands from the report that consists of them, and other programs get the text as it is', async () => {
    const runner = collect({ GITHUB_ACTIONS: 'true' });
    await write(runner.io, '::error::bad\n', { commands: true });
    expect(runner.texts).toEqual(['::error::bad\n']);
    const other = collect({});
    await write(other.io, hostile);
    expect(other.texts).toEqual([hostile]);
  });

  it('keeps text that only looks a little like a command', () => {
    const harmless = 'a::b\nx: y\n: z\n#[a]';
    expect(inert(harmless)).toBe(harmless);
  });
});
