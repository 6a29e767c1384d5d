import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { layers } from '../../../src/layers/index.js';
import { float32Kernels } from '../../support/backends.js';
import { temporaryFolder } from '../../support/files/data-files.js';
import { loaded, outputs } from '../../support/models/models.js';
import { EPSILON_32, distance, largest } from '../../support/numbers.js';

/* Every layer in files of several versions of Keras: data/README.md. */

const FOLDER = new URL('data/keras-versions', import.meta.url).pathname;

interface Case {
  readonly classes: readonly string[];
  readonly inputs: readonly number[];
  /** What this version of Keras predicts, in float32. */
  readonly outputs: readonly number[];
}

const names = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'case.json')));
const caseOf = (name: string): Case => JSON.parse(readFileSync(join(FOLDER, name, 'case.json'), 'utf8')) as Case;
const files = names.flatMap((name) =>
  ['keras', 'h5']
    .filter((ending) => existsSync(join(FOLDER, name, `model.${ending}.gz`)))
    .map((ending) => [name, ending] as const),
);

const { write } = temporaryFolder();

beforeAll(() => float32Kernels('cpu'));

it.each(files)('%s as .%s computes what Keras did', async (name, ending) => {
  const bytes = gunzipSync(readFileSync(join(FOLDER, name, `model.${ending}.gz`)));
  const own = caseOf(name);
  const found = outputs(await loaded(write(`${name}.${ending}`, bytes)), [own.inputs]);
  expect(distance(found, own.outputs)).toBeLessThanOrEqual(256 * EPSILON_32 * largest(own.outputs));
});

const versions = [...new Set(names.map((name) => name.split('-')[0]!))];

describe('the files of a version contain every layer that it has', () => {
  it.each(versions)('%s', (version) => {
    const known = new Set(
      names.filter((name) => name.startsWith(`${version}-`)).flatMap((name) => caseOf(name).classes),
    );
    const missing = Object.keys(layers).filter((name) => !known.has(name));
    // Other files have it. Keras 3 has no ThresholdedReLU.
    expect(missing).toEqual(version.startsWith('3.') ? ['ThresholdedReLU'] : []);
  });
});
