import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as jq from 'jq-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { type CommandLine, commandLineOf, commandLinesOf, documents } from '../support/documents.js';
import { fixture, run } from '../support/terminal.js';

/*
 * Every command line that README, the topics and --help show is run, in a folder that has the files they name. What
 * matters is that the command is understood and completes, so audits use few inputs.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const previous = process.cwd();
let folder = '';

const INPUTS = 2;

function addModels(): void {
  for (const name of ['model.keras', 'base.keras', 'head.keras'])
    copyFileSync(`${fixture('mnist-resnet')}/model.keras`, name);
  for (const [place, network] of [
    ['.', 'mnist'],
    ['ckpt-1', 'mnist-untrained'],
    ['ckpt-2', 'mnist'],
  ] as const) {
    mkdirSync(place, { recursive: true });
    for (const file of ['model.json', 'weights.bin']) copyFileSync(join(fixture(network), file), join(place, file));
  }
  for (const name of ['dataset.npz', 'digits.npz']) copyFileSync(`${fixture('mnist')}/dataset.npz`, name);
  // 64 grey images of 28×28: magic number, sizes, pixels.
  const header = Buffer.from([0, 0, 8, 3, 0, 0, 0, 64, 0, 0, 0, 28, 0, 0, 0, 28]);
  writeFileSync('digits.idx.gz', gzipSync(Buffer.concat([header, Buffer.alloc(64 * 28 * 28, 100)])));
  writeFileSync('policy.json', '{ "policy": { "maxIncrease": "10%" } }');
}

/** Reports whose layers differ, of the same data: a network before and after training. */
async function addReports(): Promise<void> {
  const digits = join(fixture('mnist'), 'dataset.npz');
  for (const [names, model] of [
    [['base.json', 'main.json'], 'mnist-untrained'],
    [['head.json', 'branch.json', 'report.json'], 'mnist'],
  ] as const) {
    const { stdout } = await run([fixture(model), digits, '--inputs', '4', '--json']);
    for (const name of names) writeFileSync(name, stdout);
  }
  await run(['model.json', '--inputs', `${INPUTS}`, '--baseline', 'fisher.baseline.json', '--update-baseline']);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fisher-audit-readme-'));
  process.chdir(folder);
  symlinkSync(join(root, 'fixtures'), 'fixtures', 'junction');
  addModels();
  await addReports();
});
afterAll(() => {
  process.chdir(previous);
  rmSync(folder, { recursive: true });
});

/** What a shell makes of a star; two inputs where a command has that option; a policy that uses the baseline. */
function madeQuick(args: readonly string[]): string[] {
  const expanded = args.flatMap((word) => {
    const [, start, end] = /^(.*)\*(\/.*)$/.exec(word) ?? [];
    if (start === undefined || end === undefined) return [word];
    const matches = readdirSync('.').filter((name) => name.startsWith(start));
    return matches.sort().map((name) => name + end);
  });
  const first = args[0] ?? '';
  const reads = !['report', 'schema', 'completion', 'help'].includes(first) && !first.startsWith('-');
  const saved = first === 'compare' && args.some((word) => word.endsWith('.json'));
  const policy = args.includes('--baseline') ? ['--config', 'policy.json'] : [];
  return reads && !saved ? [...expanded, ...policy, '--inputs', `${INPUTS}`] : expanded;
}

async function runs({ args, jq: filtered }: CommandLine): Promise<void> {
  const { stdout, stderr, status } = await run(madeQuick(args));
  expect(stderr).not.toMatch(/^FA\d|warning/m);
  // Limits in examples may fail with two inputs; bad usage, no coverage and bugs must not happen.
  expect([0, 1, 4]).toContain(status);
  if (filtered === null) return;
  const lines = (await jq.raw(stdout, filtered.filter, [...filtered.flags])).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).not.toMatch(/^(null|false|\s*)$/);
}

const lines = documents.flatMap(({ path, blocks }) =>
  blocks
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => commandLinesOf(block).map((one) => ({ path, ...one }))),
);

describe('commands in documents', () => {
  it('use every command', () => {
    const used = lines.map(({ args }) => args[0] ?? '');
    for (const name of Object.keys(commands)) {
      if (!['audit', 'completion', 'help'].includes(name)) expect(used).toContain(name);
    }
    expect(lines.filter((line) => line.jq !== null).length).toBeGreaterThanOrEqual(7);
  });

  it.each(lines)('$path: $line', runs);
});

describe('commands in the help', () => {
  it.each(Object.keys(commands))('of %s that use jq run', async (name) => {
    const { stdout } = await run([...(name === 'audit' ? [] : [name]), '--help']);
    for (const [line] of stdout.matchAll(/(?<=\$ )fisher-audit .*? \| jq .*'/g)) await runs(commandLineOf(line));
  });
});
