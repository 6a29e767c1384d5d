import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blockOf, readme, topicDocument } from '../support/documents.js';

/*
 * The GitHub Action and what the documents show of it. Steps are run as the runner would run them: bash with the inputs as
 * variables. Needs the built dist/ (npm test builds it) and bash.
 */

/** Runners with Windows have bash, but neither these stubs nor these paths are for them. */
const onUnix = describe.skipIf(process.platform === 'win32');

const root = fileURLToPath(new URL('../../', import.meta.url));
const fixture = (name: string): string => join(root, 'fixtures', name);

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string; value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};

const block = (language: string): string => blockOf(topicDocument('ci'), language);

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-action-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string): string => join(folder, name);
const text = (name: string): string => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');

/** A program of that name, before all others, that writes down what it is given. */
function stub(name: string): string {
  const bin = file('bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/usr/bin/env bash\nprintf '%s\\n' "$@" > '${file(`${name}.txt`)}'\n`);
  chmodSync(join(bin, name), 0o755);
  return `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
}

/** Runs the step that audits, with some inputs. */
function audit(inputs: Readonly<Record<string, string>>, path = process.env['PATH'] ?? '') {
  const step = action.runs.steps.find(({ id }) => id === 'audit')!;
  const values = Object.entries(action.inputs).map(([name, { default: value = '' }]) => [
    `INPUT_${name.toUpperCase()}`,
    inputs[name] ?? value,
  ]);
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run!],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...(Object.fromEntries(values) as Record<string, string>),
        PATH: path,
        ACTION_PATH: root,
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: file('output'),
        GITHUB_STEP_SUMMARY: file('summary'),
      },
    },
  );
  const outputs = Object.fromEntries(
    text('output')
      .split('\n')
      .map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  ) as Record<string, string>;
  return { status, stdout, stderr, outputs, summary: text('summary') };
}

onUnix('action.yml', () => {
  it('has the keys of a composite action', () => {
    expect(action.name).toBe('fisher-audit');
    expect(action.description.length).toBeGreaterThan(10);
    expect(action.runs.using).toBe('composite');
    for (const { description } of Object.values(action.inputs)) expect(description).toMatch(/\.$/);
    for (const [name, { required = false, default: value }] of Object.entries(action.inputs)) {
      expect(required || value !== undefined, name).toBe(true);
    }
    for (const step of action.runs.steps) {
      expect(step.uses !== undefined || (step.run !== undefined && step.shell === 'bash')).toBe(true);
    }
  });

  it('passes every input as a variable, never inside a script', () => {
    const step = action.runs.steps.find(({ id }) => id === 'audit')!;
    for (const { run = '' } of action.runs.steps) expect(run).not.toContain('${{');
    for (const name of Object.keys(action.inputs)) {
      expect(step.env?.[`INPUT_${name.toUpperCase()}`]).toBe(`\${{ inputs.${name} }}`);
      expect(step.run).toContain(`$INPUT_${name.toUpperCase()}`);
    }
  });

  it('has valid scripts', () => {
    for (const { run } of action.runs.steps) {
      if (run !== undefined) expect(spawnSync('bash', ['-n', '-c', run]).status).toBe(0);
    }
  });

  it('has the outputs that the audit step writes', () => {
    const { outputs } = audit({ model: fixture('iris') });
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.audit.outputs.${name} }}`);
      expect(outputs[name]).not.toBe(undefined);
    }
  });
});

onUnix('the audit step', () => {
  it('passes with a model, and writes reports and the summary', () => {
    const { status, outputs, stdout, summary } = audit({ model: fixture('iris'), args: '--samples 8,64 --inputs 32' });
    expect(status).toBe(0);
    expect(outputs).toMatchObject({ status: '0', outcome: 'pass' });
    expect(stdout).toMatch(/32 inputs, 8 and 64 draws, seed 0: pass\n$/);
    expect(summary).toMatch(/^### \S+ fisher-audit: pass\n/);
    expect(`${readFileSync(outputs['markdown']!, 'utf8')}\n`).toBe(summary);
    expect(JSON.parse(readFileSync(outputs['json']!, 'utf8')).run.samples).toEqual([8, 64]);
  });

  it('fails with a policy that fails, and says where', () => {
    const config = file('policy.json');
    writeFileSync(config, JSON.stringify({ policy: { maxError: '1%' } }, null, 2));
    const { status, outputs, stdout } = audit({
      model: fixture('iris'),
      data: join(fixture('iris'), 'dataset.csv'),
      config,
    });
    expect(status).toBe(1);
    expect(outputs).toMatchObject({ status: '1', outcome: 'fail' });
    expect(stdout).toMatch(/^::error file=[^\n]*policy\.json,line=3,title=maxError/);
  });

  it('fails if a checkpoint is worse than its base, and passes if it is the same', () => {
    const data = join(fixture('mnist'), 'dataset.npz');
    const args = '--inputs 8';
    const worse = audit({ model: fixture('mnist'), base: fixture('mnist-untrained'), data, args });
    expect(worse.status).toBe(1);
    expect(worse.outputs['outcome']).toBe('fail');
    expect(worse.summary).toContain('**worse**');
    expect(audit({ model: fixture('mnist'), base: fixture('mnist'), data, args }).status).toBe(0);
  });

  it('reports an error if there is no report', () => {
    const { status, outputs, stderr } = audit({ model: file('no-model.json') });
    expect(status).toBe(2);
    expect(outputs).toMatchObject({ status: '2', outcome: 'error' });
    expect(stderr).toMatch(/^FA200 /);
  });

  it('runs nothing from an input', () => {
    const evil = `$(touch ${file('evil')}) ; touch ${file('evil')} # \`touch ${file('evil')}\``;
    audit({ model: evil, base: evil, data: evil, args: evil }, stub('node'));
    audit({ model: evil, config: evil, args: evil }, stub('node'));
    expect(existsSync(file('evil'))).toBe(false);
    expect(text('node.txt')).toContain('$(touch');
  });

  it('installs the requested version from npm', () => {
    audit({ model: 'a model.json', data: 'x y.npz', version: '1.2.3', args: '--seed 1' }, stub('npx'));
    expect(text('npx.txt').split('\n').slice(0, 7)).toEqual([
      '--yes',
      'fisher-audit@1.2.3',
      'a model.json',
      'x y.npz',
      '--seed',
      '1',
      '--quiet',
    ]);
  });
});

onUnix('examples in the documents', () => {
  const workflow = parse(block('yaml')) as { on: object; jobs: { compare: { steps: readonly Step[] } } };

  it('the workflow uses only inputs and outputs of the action', () => {
    const { steps } = workflow.jobs.compare;
    const step = steps.find(({ uses }) => uses?.startsWith('fisher-audit/'))!;
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with!)));
    const used = [...block('yaml').matchAll(/steps\.audit\.outputs\.(\w+)/g)].map(([, name]) => name!);
    expect(used.length).toBeGreaterThan(0);
    for (const name of used) expect(Object.keys(action.outputs)).toContain(name);
  });

  it('the step in README uses only inputs of the action', () => {
    const [step] = parse(blockOf(readme, 'yaml')) as readonly Step[];
    expect(step?.uses).toBe(workflow.jobs.compare.steps.find(({ id }) => id === 'audit')?.uses);
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? {})));
    expect(step?.with).toHaveProperty('model');
  });

  it('the comment holds the report, cut to the size limit of comments', () => {
    const step = workflow.jobs.compare.steps.at(-1)!;
    writeFileSync(file('report.md'), `### verdict\n${'ü'.repeat(60_000)}`);
    const env = { PATH: stub('gh'), REPORT: file('report.md'), NUMBER: '12' };
    expect(spawnSync('bash', ['-e', '-c', step.run!], { cwd: folder, env }).status).toBe(0);
    expect(text('gh.txt').split('\n').slice(0, 5)).toEqual(['pr', 'comment', '12', '--body-file', 'comment.md']);
    expect(text('comment.md')).toMatch(/^### verdict\nü+$/);
    expect(text('comment.md').length).toBeLessThan(65_536);
  });

  it('the hook compares a committed model, and nothing else', () => {
    const path = stub('npx');
    const env = { PATH: path, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
    const git = (...args: string[]): void =>
      expect(
        spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder, env }).status,
      ).toBe(0);
    const hook = (): number | null => spawnSync('bash', ['-c', block('bash')], { cwd: folder, env }).status;
    mkdirSync(file('model'));
    writeFileSync(file('model/model.keras'), 'first');
    git('init', '-q');
    git('add', 'model');
    git('commit', '-q', '-m', 'first');
    expect(hook()).toBe(0);
    expect(text('npx.txt')).toBe('');
    writeFileSync(file('model/model.keras'), 'second');
    git('add', 'model');
    expect(hook()).toBe(0);
    const [tool, command, before, after, ...options] = text('npx.txt').trimEnd().split('\n');
    expect([tool, command, after]).toEqual(['fisher-audit', 'compare', 'model/model.keras']);
    expect(before).toMatch(/model\.keras$/);
    expect(options).toEqual(['--data', 'model/dataset.npz', '--fail-on', 'worse', '--quiet']);
  });
});
