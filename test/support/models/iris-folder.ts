import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import { type Ran, fixture, run } from '../terminal.js';

/** Little data, few draws and no choice of a backend: quick, and the same everywhere. */
export const SMALL: readonly string[] = ['-m', '8', '-n', '32', '--backend', 'cpu'];
export const CONFIG = 'fisher-audit.config.json';

export const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
export const compared = (...args: string[]): Promise<Ran> => run(['compare', ...args, '--backend', 'cpu']);

export interface IrisFolder {
  /** A path in the folder of the running test. */
  readonly inside: (...names: string[]) => string;
  /** Audits the model of the folder. */
  readonly audited: (...args: string[]) => Promise<Ran>;
  /** Writes text, or a value as JSON, and returns the path. */
  readonly write: (name: string, content: unknown) => string;
  /** A copy of the model in which the weights of one layer are multiplied by `factor`; its path. */
  readonly planted: (layer: string, factor: number, name: string) => string;
}

/** A folder for each test, made anew: it holds a copy of the iris fixture as `model`. */
export function irisFolder(): IrisFolder {
  const root = mkdtempSync(join(tmpdir(), 'fisher-audit-iris-'));
  afterAll(() => rmSync(root, { recursive: true }));

  let count = 0;
  let folder = '';
  beforeEach(() => {
    folder = join(root, String(count++));
    cpSync(fixture('iris'), inside('model'), { recursive: true });
  });

  const inside = (...names: string[]): string => join(folder, ...names);
  const audited = (...args: string[]): Promise<Ran> => run([inside('model'), ...SMALL, ...args]);

  function write(name: string, content: unknown): string {
    const path = inside(name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return path;
  }

  function planted(layer: string, factor: number, name: string): string {
    cpSync(inside('model'), inside(name), { recursive: true });
    const path = inside(name, 'weights.bin');
    const { weightsManifest } = readJson(inside(name, 'model.json')) as {
      weightsManifest: { weights: { name: string; shape: number[] }[] }[];
    };
    const bytes = readFileSync(path);
    let at = 0;
    for (const { name: weight, shape } of weightsManifest.flatMap(({ weights }) => weights)) {
      const size = shape.reduce((product, side) => product * side, 1);
      if (weight.startsWith(`${layer}/`)) {
        for (let k = 0; k < size; k++) bytes.writeFloatLE(bytes.readFloatLE(at + 4 * k) * factor, at + 4 * k);
      }
      at += 4 * size;
    }
    writeFileSync(path, bytes);
    return inside(name);
  }
  return { inside, audited, write, planted };
}
