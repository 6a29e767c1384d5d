import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ruleNames } from '../../src/findings/policy/index.js';
import { loadConfig } from '../../src/config/config-file.js';
import { activations } from '../../src/layers/activation/activations.js';
import { layers } from '../../src/layers/index.js';
import { families } from '../../src/likelihoods/families.js';
import { datasetFormats } from '../../src/load/datasets/formats/index.js';
import { errorCodes } from '../../src/errors.js';
import { reportFormats } from '../../src/report/formats/index.js';
import { exportOptionNames, flagOf, optionNames } from '../../src/config/options.js';
import { tensorFileFormats } from '../../src/write/tensor-files/index.js';
import { run } from '../support/terminal.js';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const block = (language: string): string => readme.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '';

describe('README', () => {
  it('shows the output of the command above it, as it is', async () => {
    const previous = process.cwd();
    process.chdir(root.pathname);
    try {
      const { stdout } = await run(['fixtures/mnist/model.json', '--samples', '64', '--backend', 'wasm']);
      // Measured times differ from run to run, and so do the places where lines break.
      const steady = (text: string): string => text.replace(/\s+/g, ' ').replace(/Measured time: .*? in total/, '…');
      expect(steady(block('text'))).toBe(steady(stdout));
    } finally {
      process.chdir(previous);
    }
  });

  // Inside the package, so that it can import the package by its name.
  const example = new URL('test/cli/.readme-example.mjs', root);
  afterAll(() => rmSync(example, { force: true }));

  it('has an example of the API that runs', () => {
    writeFileSync(example, block('js'));
    const output = execFileSync(process.execPath, [example.pathname], { cwd: root.pathname, encoding: 'utf8' });
    expect(output).toMatch(/^dense_1 hessian The variance of Î₁ is .* times that of Î₂/);
    expect(output.trimEnd().split('\n')).toHaveLength(3);
  });

  it('names every layer, activation, family, format and report of the tables', () => {
    const names = [layers, activations, reportFormats].flatMap((table) => Object.keys(table));
    const endings = Object.values(datasetFormats).flatMap(({ extensions }) => extensions.slice(0, 1));
    const exports = Object.values(tensorFileFormats).map(({ extension }) => extension);
    for (const name of [...names, ...families, ...endings, ...exports]) expect(readme, name).toContain(name);
  });
});

describe('README on checks', () => {
  it('names every rule, in the table of rules', () => {
    const named = [...readme.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    for (const name of ruleNames) expect(named).toContain(name);
  });

  it('shows a configuration that can be used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-readme-'));
    try {
      writeFileSync(join(folder, 'config.json'), block('json'));
      const config = await loadConfig(join(folder, 'config.json'), folder);
      expect([...config.policy.keys()]).toEqual(['maxError', 'minFisher', 'requireEstimator', 'maxIncrease']);
      const { stdout } = await run(['schema', '--config']);
      const { properties } = JSON.parse(stdout) as { properties: { policy: { properties: object } } };
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(JSON.parse(block('json')) as object)));
      expect(Object.keys(properties.policy.properties).sort()).toEqual([...ruleNames, 'layers'].sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('help', () => {
  it('lists every option, and says what each is by default', async () => {
    const { stdout, status } = await run(['--help']);
    expect(status).toBe(0);
    for (const name of optionNames) expect(stdout).toContain(flagOf(name).flags);
    expect(stdout).toContain('(default 64)');
  });

  it('lists every option of an export but the one that says what it always does', async () => {
    const { stdout, status } = await run(['export', '--help']);
    expect(status).toBe(0);
    for (const name of exportOptionNames) {
      expect(stdout.includes(flagOf(name).flags), name).toBe(name !== 'parameters');
    }
  });

  it('there is a title for every error code', () => {
    for (const { title } of Object.values(errorCodes)) expect(title).toMatch(/^[a-z]/);
  });
});
