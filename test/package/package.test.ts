import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { topics } from '../../src/cli/help/topics.js';

/*
 * What users get: the packed tarball, installed into an empty folder with its dependencies and nothing of this
 * repository. Needs the built dist/ (npm test builds it) and the npm registry or cache.
 */

const repository = fileURLToPath(new URL('../../', import.meta.url));
const iris = join(repository, 'fixtures', 'iris');
const MINUTES = 60_000;

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** npm and npx are scripts on Windows, which need a shell. */
const shell = process.platform === 'win32';

async function run(folder: string, command: string, ...parameters: string[]): Promise<Outcome> {
  const options = { cwd: folder, shell, maxBuffer: 2 ** 26, env: withoutNpm(process.env) };
  try {
    return { status: 0, ...(await promisify(execFile)(command, parameters, options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    if (typeof code !== 'number') throw error;
    return { status: code, stdout, stderr };
  }
}

/** Under `npm test`, npm's settings for this repository are in the environment; the empty folder must not get them. */
const withoutNpm = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^npm_(package|lifecycle|command|config_local)/.test(name)),
  );

async function succeed(folder: string, command: string, ...parameters: string[]): Promise<string> {
  const outcome = await run(folder, command, ...parameters);
  expect(outcome.status, `${command} ${parameters.join(' ')}\n${outcome.stdout}\n${outcome.stderr}`).toBe(0);
  return outcome.stdout;
}

describe('the published package', () => {
  let root: string;
  let home: string;
  let packed: string[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fisher-audit-package-'));
    home = join(root, 'home');
    await mkdir(home);
    // Without scripts: dist/ is built, and other tests are using it.
    const listing = await succeed(repository, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', root);
    packed = (JSON.parse(listing) as [{ files: { path: string }[] }])[0].files.map(({ path }) => path);
    const [tarball] = (await readdir(root)).filter((name) => name.endsWith('.tgz'));
    await writeFile(join(home, 'package.json'), '{ "name": "home", "private": true }\n');
    const quick = ['--omit=optional', '--prefer-offline', '--no-audit', '--no-fund'];
    await succeed(home, 'npm', 'install', ...quick, join(root, tarball!));
  }, 5 * MINUTES);

  afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 3 }));

  it('holds the built tool, its documents and the topics of help, no sources, tests or fixtures', () => {
    const unexpected =
      /^(?!package\.json$|README\.md$|CHANGELOG\.md$|LICENSE$|bin\/fisher-audit\.js$|dist\/LICENSES\.txt$|src\/help\/\w+\.md$|dist\/.+\.(js|d\.ts)$)/;
    expect(packed.filter((path) => unexpected.test(path))).toEqual([]);
    expect(packed).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'bin/fisher-audit.js',
        'dist/LICENSES.txt',
        'dist/index.d.ts',
        'dist/index.js',
        ...Object.keys(topics).map((topic) => `src/help/${topic}.md`),
      ]),
    );
  });

  it('prints its version', async () => {
    expect((await succeed(home, 'npx', '--no-install', 'fisher-audit', '--version')).trim()).toBe(manifest.version);
  });

  it('explains a topic', async () => {
    expect(await succeed(home, 'npx', '--no-install', 'fisher-audit', 'help', 'models')).toMatch(/^# Models\n/);
  });

  it('audits a network from the command line', async () => {
    const report: unknown = JSON.parse(await succeed(home, 'npx', '--no-install', 'fisher-audit', iris, '--json'));
    expect(report).toMatchObject({
      schemaVersion: 1,
      tool: { name: 'fisher-audit', version: manifest.version },
      data: { synthetic: false },
    });
    expect((report as { layers: unknown[] }).layers).not.toHaveLength(0);
  });

  it('writes a page with charts without installing their library, and includes its licence', async () => {
    const page = await succeed(home, 'npx', '--no-install', 'fisher-audit', iris, '--report', 'html');
    expect(page.match(/<svg /g)).not.toHaveLength(0);
    const installed = await readdir(join(home, 'node_modules'));
    expect(installed).not.toContain('echarts');
    const own = join(home, 'node_modules', 'fisher-audit', 'dist', 'LICENSES.txt');
    expect(await readFile(own, 'utf8')).toMatch(/^echarts .*Apache-2\.0/);
  });

  it('exits with status 2 and a clear message if there is no model', async () => {
    const { status, stdout, stderr } = await run(home, 'npx', '--no-install', 'fisher-audit', 'nothing-here');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/FA200/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('audits a network from the API', async () => {
    const program = [
      "import { audit } from 'fisher-audit';",
      'const { schemaVersion, layers } = await audit({ model: process.argv[2], inputs: 8, samples: [4] });',
      'console.log(JSON.stringify({ schemaVersion, layers: layers.length }));',
    ];
    await writeFile(join(home, 'program.mjs'), program.join('\n'));
    const { schemaVersion, layers } = JSON.parse(await succeed(home, process.execPath, 'program.mjs', iris)) as {
      schemaVersion: number;
      layers: number;
    };
    expect(schemaVersion).toBe(1);
    expect(layers).toBeGreaterThan(0);
  });
});
