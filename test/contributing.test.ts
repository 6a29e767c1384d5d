import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../', import.meta.url));
const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');

/** Texts between backquotes that are paths of the repository. */
const pathsIn = (part: string): string[] =>
  [...part.matchAll(/`((?:src|test|fixtures|bin|\.ci)\/[\w./-]*)`/g)].map(([, path]) => path ?? '');

/** In instructions, x is the name of what is new. */
const placeOf = (path: string): string => (/\/x\.\w+$/.test(path) ? dirname(path) : path);

const sections = text
  .split(/^## /m)
  .filter((section) => section.startsWith('Add a'))
  .map((section) => ({ title: section.split('\n')[0] ?? '', section }));

interface Rule {
  readonly name: string;
  readonly from: { readonly path: string };
}

/** Patterns of the rooms in the order of the rules about imports; the command line may import everything. */
async function roomPatterns(): Promise<RegExp[]> {
  // A variable, because this file of JavaScript has no types.
  const url = new URL('../.dependency-cruiser.mjs', import.meta.url).href;
  const { default: rules } = (await import(url)) as { default: { forbidden: readonly Rule[] } };
  const rooms = rules.forbidden.filter(({ name }) => name.endsWith('-imports-only-upwards'));
  return [...rooms.map(({ from }) => new RegExp(from.path)), /^src\/cli\//];
}

describe('CONTRIBUTING', () => {
  it('names only paths that exist', () => {
    const paths = pathsIn(text);
    expect(paths.length).toBeGreaterThan(50);
    for (const path of paths) expect(existsSync(join(root, placeOf(path))), path).toBe(true);
  });

  it('links to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, path]) => path ?? '');
    for (const path of links) expect(existsSync(join(root, path)), path).toBe(true);
  });

  it('names only scripts that package.json has', () => {
    const scripts = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
    for (const name of scripts) expect(Object.keys(manifest.scripts)).toContain(name);
  });

  it('has a picture with every folder of src, in the order of the rules about imports', async () => {
    const picture = /^```text\n([^]*?)^```$/m.exec(text)?.[1] ?? '';
    const drawn = [...picture.matchAll(/(?<=^| {2,}|\.ts )([a-z]+)(\/|\.ts)(?= |$)/gm)].map(([name]) => name);
    const inSource = readdirSync(join(root, 'src'), { withFileTypes: true });
    const there = inSource.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
    expect([...drawn].sort()).toEqual(there.sort());

    const patterns = await roomPatterns();
    const ranks = drawn
      .filter((name) => name !== 'help/')
      .map((name) => patterns.findIndex((pattern) => pattern.test(`src/${name}`)));
    expect(ranks).not.toContain(-1);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });

  it('says how to add an entry to every table', () => {
    const added = sections.map(({ title }) => title.replace(/^Add an? /, ''));
    expect(added).toEqual([
      'primitive',
      'Keras layer',
      'activation',
      'likelihood',
      'estimator',
      'policy rule',
      'model format',
      'data format',
      'report format',
      'format of exports',
      'help topic',
    ]);
  });

  it.each(sections)('$title has five steps, which name the file to write and existing files', ({ section }) => {
    expect([...section.matchAll(/^\d\. /gm)].map(([number]) => number)).toEqual(['1. ', '2. ', '3. ', '4. ', '5. ']);
    const existing = pathsIn(section).filter((path) => placeOf(path) === path);
    expect(existing.length).toBeGreaterThan(0);
  });
});
