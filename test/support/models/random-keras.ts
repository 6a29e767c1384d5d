import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Family } from '../../../src/likelihoods/families.js';

/* Random models that Keras saved, with float64 truth: fixtures/scripts/random-keras/make.py. */

/** Sums over the elements of a weight tensor. */
interface Truth {
  readonly count: number;
  readonly fisherTrace: number;
  readonly fisherSumSquares: number;
  readonly labelVariance1: number;
  readonly labelVariance2: number;
  readonly inputVariance: number;
}

export interface RandomCase {
  readonly family: Family;
  /** Every class of a layer, also inside models and wrappers, and every activation. */
  readonly layers: readonly string[];
  readonly activations: readonly string[];
  /** By the path that Keras gives the weight. */
  readonly weights: Readonly<Record<string, Truth>>;
}

/** The folder of the cases: that of the fixtures, or another one that the script has made. */
const FOLDER = process.env['RANDOM_KERAS'] ?? new URL('../../../fixtures/random-keras', import.meta.url).pathname;

export const randomCases: readonly string[] = readdirSync(FOLDER).sort();

export const randomCase = (name: string): RandomCase =>
  JSON.parse(readFileSync(join(FOLDER, name, 'case.json'), 'utf8')) as RandomCase;

/** The model as Keras saved it, in a folder for temporary files, and the inputs beside it. */
export function randomFiles(name: string, folder: string): { model: string; data: string } {
  const own = join(FOLDER, name);
  const stored = readdirSync(own).find((file) => file.startsWith('model.'))!;
  const model = join(folder, `${name}${stored.slice('model'.length, -'.gz'.length)}`);
  writeFileSync(model, gunzipSync(readFileSync(join(own, stored))));
  return { model, data: join(own, 'x.npz') };
}
