import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.js';
import { topics } from '../../../src/cli/help/topics.js';
import { shells } from '../../../src/cli/completion/index.js';
import { auditOptionsSchema } from '../../../src/config/options.js';
import { flagOf, optionNames } from '../../../src/config/parse-options.js';
import { reportFormats } from '../../../src/report/formats/index.js';
import { run } from '../../support/terminal.js';

type Shell = keyof typeof shells;
const names = Object.keys(shells) as Shell[];
/** On Windows they do not know the paths that this test gives them. */
const isThere = (shell: Shell): boolean => process.platform !== 'win32' && spawnSync(shell, ['--version']).status === 0;
const absent = names.filter((shell) => !isThere(shell));
if (absent.length > 0) console.warn(`not installed, so that their completion is not run here: ${absent.join(', ')}`);

let folder = '';
const script = (shell: Shell): string => join(folder, shell);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fisher-audit-completion-'));
  for (const shell of names) writeFileSync(script(shell), (await run(['completion', shell])).stdout);
});
afterAll(() => rmSync(folder, { recursive: true }));

const output = (shell: Shell, code: string): string[] => {
  const options = shell === 'bash' ? ['--norc', '-c'] : shell === 'zsh' ? ['-fc'] : ['--no-config', '-c'];
  return execFileSync(shell, [...options, code], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
};

/** What bash offers after some words, of which the last is being typed. */
const bashOffers = (...words: string[]): string[] => {
  const line = words.map((word) => `'${word}'`).join(' ');
  return output(
    'bash',
    `source ${script('bash')}; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _fisher_audit; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
};

/** What zsh's completion system receives. */
const zshSpecs = (...words: string[]): string[] => {
  const line = words.map((word) => `'${word}'`).join(' ');
  const stub = `compdef() { print -r -- "$@" }; _arguments() { print -rl -- "$@" }`;
  return output('zsh', `${stub}; source ${script('zsh')}; words=(${line}); CURRENT=${words.length}; _fisher_audit`);
};

const fishOffers = (line: string): string[] =>
  output('fish', `source ${script('fish')}; complete -C '${line}'`).map((one) => one.split('\t')[0] ?? '');

describe('completion', () => {
  it('an unknown shell is an error that names the known shells', async () => {
    const { status, stderr } = await run(['completion', 'tcsh']);
    expect(status).toBe(2);
    for (const shell of names) expect(stderr).toContain(shell);
  });

  it.each(names)('%s: the script names every command and every option', async (shell) => {
    const { stdout, status } = await run(['completion', shell]);
    expect(status).toBe(0);
    for (const command of Object.keys(commands)) if (command !== 'audit') expect(stdout).toContain(command);
    for (const name of optionNames(auditOptionsSchema)) {
      const long = /--([a-z-]+)/.exec(flagOf(auditOptionsSchema, name).flags)![1]!;
      expect(stdout).toMatch(new RegExp(shell === 'fish' ? ` -l ${long} ` : `--${long}\\b`));
    }
  });

  it.each(names.filter((shell) => !absent.includes(shell)))('%s accepts the script', (shell) => {
    execFileSync(shell, ['-n', script(shell)]);
  });

  it.runIf(!absent.includes('bash'))('bash: commands, options and values', () => {
    expect(bashOffers('fisher-audit', 'in')).toEqual(['inspect']);
    expect(bashOffers('fisher-audit', 'model.json', 'in')).toEqual([]);
    expect(bashOffers('fisher-audit', '--lik')).toEqual(['--likelihood']);
    expect(bashOffers('fisher-audit', 'inspect', '--max')).toEqual([]);
    expect(bashOffers('fisher-audit', 'compare', '--fail-on', '')).toEqual(['never', 'worse']);
    expect(bashOffers('fisher-audit', 'compare', '--fail-on', '=', 'w')).toEqual(['worse']);
    expect(bashOffers('fisher-audit', '-r', '')).toEqual(Object.keys(reportFormats));
    expect(bashOffers('fisher-audit', 'schema', '')).toContain('audit');
    expect(bashOffers('fisher-audit', 'completion', '')).toEqual(names);
    expect(bashOffers('fisher-audit', 'help', '')).toEqual(Object.keys(topics));
    // Nothing is offered where a file is meant, and then bash offers files.
    expect(bashOffers('fisher-audit', '-r', 'json', '=', 'in')).toEqual([]);
    expect(bashOffers('fisher-audit', '--config', 'in')).toEqual([]);
    expect(output('bash', `source ${script('bash')}; complete -p fisher-audit`)[0]).toContain('-o default');
  });

  it.runIf(!absent.includes('zsh'))('zsh: commands, options and values', () => {
    const specs = zshSpecs('fisher-audit', 'compare', '');
    expect(specs[0]).toBe('_fisher_audit fisher-audit');
    expect(specs.find((spec) => spec.startsWith('*--fail-on='))).toMatch(/:what:\(never worse\)$/);
    expect(specs.find((spec) => spec.startsWith('*--data='))).toMatch(/:file:_files$/);
    expect(specs.some((spec) => spec.startsWith('*--max-error='))).toBe(false);
    expect(zshSpecs('fisher-audit', 'help', '').at(-1)).toContain(`(${Object.keys(topics).join(' ')})`);
    expect(zshSpecs('fisher-audit', '').find((spec) => spec.startsWith('1:'))).toBe('1:model:_fisher_audit_model');
    // Explanations end at the first bracket that is not escaped.
    for (const spec of specs.slice(2)) expect(spec).toMatch(/^[*1].*?(\[([^\\[\]]|\\.)*\])?(:|$)/);
  });

  it.runIf(!absent.includes('fish'))('fish: commands, options and values', () => {
    expect(fishOffers('fisher-audit insp')).toEqual(['inspect']);
    expect(fishOffers('fisher-audit --lik')).toEqual(['--likelihood']);
    expect(fishOffers('fisher-audit inspect --max')).toEqual([]);
    expect(fishOffers('fisher-audit compare --fail-on ')).toEqual(['never', 'worse']);
    expect(fishOffers('fisher-audit completion ').sort()).toEqual([...names].sort());
    expect(fishOffers('fisher-audit help po')).toEqual(['policy']);
  });
});
