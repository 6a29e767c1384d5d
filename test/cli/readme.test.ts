import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lexer, walkTokens } from 'marked';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { loadConfig } from '../../src/config/config-file.js';
import { auditOptionsSchema, exportOptionsSchema } from '../../src/config/options.js';
import { flagOf, optionNames } from '../../src/config/parse-options.js';
import { errorCodes } from '../../src/errors.js';
import { ruleNames } from '../../src/findings/policy/index.js';
import { layers } from '../../src/layers/index.js';
import { activations } from '../../src/layers/activation/activations.js';
import { families } from '../../src/likelihoods/families.js';
import { datasetFormats } from '../../src/load/datasets/formats/index.js';
import { frontEnds } from '../../src/workflows/front-ends.js';
import { reportFormats } from '../../src/report/formats/index.js';
import { tensorFileFormats } from '../../src/write/tensor-files/index.js';
import { blockOf, documents, quotedOutputs, readme, topicDocument } from '../support/documents.js';
import { run } from '../support/terminal.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Links and pictures that are files. */
function filesLinked(text: string): string[] {
  const found: string[] = [];
  void walkTokens(lexer(text), (token) => {
    const href = token.type === 'link' || token.type === 'image' ? (token.href as string) : 'https:';
    if (!/^https?:/.test(href)) found.push(href);
  });
  return found;
}

describe('README', () => {
  it('is short', () => {
    expect(Buffer.byteLength(readme.text)).toBeLessThanOrEqual(10_000);
  });

  it('names the oldest Node.js that package.json allows', () => {
    const oldest = /^>=(\d+\.\d+)$/.exec(manifest.engines.node)?.[1];
    expect(readme.text).toContain(`Node.js ${oldest} or newer`);
  });

  it('names every exit status', () => {
    const statuses = [...readme.text.matchAll(/^\| +(\d+) \|/gm)].map(([, status]) => Number(status));
    expect(statuses).toEqual([0, 1, 2, 3, 4, 70]);
    expect(statuses).toEqual(expect.arrayContaining(Object.values(errorCodes).map(({ exit }) => exit)));
  });

  it('states only times that the benchmarks also state', () => {
    const figures = (text: string): string[] => text.match(/[\d.]+ (?:s|MB)\b(?= +\|)/g) ?? [];
    expect(figures(readme.text).length).toBeGreaterThan(0);
    expect(figures(topicDocument('benchmarks').text)).toEqual(expect.arrayContaining(figures(readme.text)));
  });
});

/** Programs that read code and do not run it. */
const checkers: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash', '-n'],
  python: ['python3', '-c', 'import ast, sys; ast.parse(sys.stdin.read())'],
};

describe.each(documents)('$path', ({ path, text, blocks }) => {
  it('links to files that exist', () => {
    for (const file of filesLinked(text)) expect(existsSync(join(root, dirname(path), file)), file).toBe(true);
  });

  it('has no block that no test reads', () => {
    const known = ['sh', 'text', 'json', 'js', 'yaml', 'bash', 'python'];
    for (const { language } of blocks) expect(known).toContain(language);
  });

  it('has blocks that are valid', () => {
    for (const { language, text: code } of blocks) {
      if (language === 'json') expect(() => void JSON.parse(code)).not.toThrow();
      if (language === 'yaml') expect(() => void parse(code)).not.toThrow();
      const [program, ...args] = checkers[language] ?? [];
      if (program === undefined || spawnSync(program, ['--version']).error) continue;
      expect(spawnSync(program, args, { input: code }).status).toBe(0);
    }
  });
});

describe('quoted output', () => {
  it('includes an audit in README', () => {
    expect(quotedOutputs.map(({ path }) => path)).toContain('README.md');
  });

  it.each(quotedOutputs)('$path: $command.line', async ({ command, output }) => {
    const previous = process.cwd();
    process.chdir(root);
    try {
      const { stdout } = await run([...command.args, '--backend', 'wasm']);
      // Measured times differ from run to run, and so do the places where lines break.
      const steady = (shown: string): string => shown.replace(/\s+/g, ' ').replace(/Measured time: .*? in total/, '…');
      expect(steady(output)).toBe(steady(stdout));
    } finally {
      process.chdir(previous);
    }
  });
});

describe('the example of the API', () => {
  // Inside the package, so that it can import the package by its name.
  const example = join(root, 'test/cli/.api-example.mjs');
  afterAll(() => rmSync(example, { force: true }));

  it('runs', () => {
    writeFileSync(example, blockOf(topicDocument('api'), 'js'));
    const output = execFileSync(process.execPath, [example], { cwd: root, encoding: 'utf8' });
    expect(output).toMatch(/^dense_1 hessian The variance of Î₁ is .* times that of Î₂/);
    expect(output.trimEnd().split('\n')).toHaveLength(3);
  });

  it('is followed by every function of the package', async () => {
    const functions = Object.entries(await import('../../src/index.js')).filter(
      ([name, value]) => typeof value === 'function' && name !== 'AuditError',
    );
    const { text } = topicDocument('api');
    for (const [name] of functions) expect(text).toContain(`\`${name}({`);
  });
});

/** Whether a text has the name as a word of its own: "relu6" does not name "relu". */
const names = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w.-])${name.replaceAll('.', '\\.')}(?![\\w-])`).test(text);

describe('topics name every entry of the tables', () => {
  it.each([
    ['models', [...Object.keys(layers), ...Object.keys(activations), ...families]],
    ['models', Object.values(frontEnds).flatMap(({ usualNames }) => usualNames)],
    ['data', Object.values(datasetFormats).flatMap(({ extensions }) => extensions.filter((ending) => ending !== '/'))],
    ['export', Object.values(tensorFileFormats).map(({ extension }) => extension)],
    ['api', Object.keys(reportFormats).map((name) => `\`${name}\``)],
  ])('%s', (topic, entries) => {
    const { text } = topicDocument(topic);
    for (const entry of entries) expect(names(text, entry), entry).toBe(true);
  });
});

describe('the topic policy', () => {
  const policy = topicDocument('policy');

  it('names every rule in the table of rules', () => {
    const named = [...policy.text.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    expect(named).toEqual(ruleNames);
  });

  it('shows a configuration that can be used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-readme-'));
    const shown = blockOf(policy, 'json');
    try {
      writeFileSync(join(folder, 'config.json'), shown);
      const config = await loadConfig(join(folder, 'config.json'), folder);
      expect([...config.policy.keys()]).toEqual(['maxError', 'minFisher', 'requireEstimator', 'maxIncrease']);
      const { stdout } = await run(['schema', '--config']);
      const { properties } = JSON.parse(stdout) as { properties: { policy: { properties: object } } };
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(JSON.parse(shown) as object)));
      expect(Object.keys(properties.policy.properties).sort()).toEqual([...ruleNames, 'layers'].sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('options in documents', () => {
  it('exist', async () => {
    const commands = ['audit', 'inspect', 'compare', 'track', 'export', 'report', 'schema', 'completion', 'help'];
    const helps = await Promise.all(commands.map((name) => run([...(name === 'audit' ? [] : [name]), '--help'])));
    const known = helps.map(({ stdout }) => stdout).join('\n');
    for (const { path, text } of documents) {
      const prose = text.replaceAll(/^```(yaml|bash).*\n[^]*?^```$/gm, '');
      for (const [option] of prose.matchAll(/(?<=[\s`(])--[a-z][a-z-]+/g)) {
        expect(names(known, option), `${path}: ${option}`).toBe(true);
      }
    }
  });
});

describe('--help', () => {
  it('lists every option, and says what each is by default', async () => {
    const { stdout, status } = await run(['--help']);
    expect(status).toBe(0);
    for (const name of optionNames(auditOptionsSchema)) {
      expect(stdout).toContain(flagOf(auditOptionsSchema, name).flags);
    }
    expect(stdout).toContain('(default 64)');
  });

  it('lists every option of an export apart from the one that is always on', async () => {
    const { stdout, status } = await run(['export', '--help']);
    expect(status).toBe(0);
    for (const name of optionNames(exportOptionsSchema)) {
      expect(stdout.includes(flagOf(exportOptionsSchema, name).flags), name).toBe(name !== 'parameters');
    }
  });

  it('has a title for every error code', () => {
    for (const { title } of Object.values(errorCodes)) expect(title).toMatch(/^[a-z]/);
  });
});

describe('CHANGELOG', () => {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');

  it('has the sections of Keep a Changelog', () => {
    const titles = [...changelog.matchAll(/^### (.*)$/gm)].map(([, title]) => title);
    expect(changelog).toContain('## [Unreleased]');
    for (const title of titles)
      expect(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']).toContain(title);
  });
});
