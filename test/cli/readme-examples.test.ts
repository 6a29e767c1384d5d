import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as jq from 'jq-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { fixture, run } from '../support/terminal.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

interface Example {
  readonly line: string;
  readonly args: readonly string[];
  readonly flags: readonly string[];
  readonly filter: string;
}

/** Lines that pipe the tool into jq. */
const examplesIn = (text: string): Example[] =>
  [...text.matchAll(/fisher-audit (.+?) \| jq((?: -\w+)*) '(.+?)'/g)].map(
    ([line, args = '', flags = '', filter = '']) => ({
      ...{ line, args: args.split(' '), flags: flags.split(' ').filter((flag) => flag !== ''), filter },
    }),
  );

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fisher-audit-readme-'));
  // Two reports whose layers differ, as "base.json head.json" has them.
  const digits = join(fixture('mnist'), 'dataset.npz');
  for (const [name, model] of [
    ['base.json', 'mnist-untrained'],
    ['head.json', 'mnist'],
  ] as const) {
    const { stdout } = await run([fixture(model), digits, '--inputs', '4', '--json']);
    writeFileSync(join(folder, name), stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The files that examples name, as they are here. */
const place = (argument: string): string =>
  argument === 'model.json'
    ? fixture('iris')
    : /^(base|head)\.json$/.test(argument)
      ? join(folder, argument)
      : argument;

const examples = examplesIn(readme);

describe('examples with jq', () => {
  it('are found, with every format and command that they are for', () => {
    expect(examples.length).toBeGreaterThanOrEqual(7);
    expect(examples.length).toBe(readme.split('| jq ').length - 1);
  });

  it.each(examples)('$line', async ({ args, flags, filter }) => {
    const { stdout, stderr } = await run(args.map(place));
    expect(stderr).toBe('');
    const output = await jq.raw(stdout, filter, [...flags]);
    const lines = output.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).not.toMatch(/^(null|false|\s*)$/);
  });

  it.each(Object.keys(commands))('in the help of %s run, too', async (name) => {
    const { stdout } = await run([...(name === 'audit' ? [] : [name]), '--help']);
    for (const { args, flags, filter } of examplesIn(stdout)) {
      const ran = await run(args.map(place));
      expect((await jq.raw(ran.stdout, filter, [...flags])).trim()).not.toMatch(/^(null)?$/);
    }
  });
});
