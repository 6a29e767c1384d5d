import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/config-file.js';
import { AuditError } from '../src/errors.js';
import { refuseUnsupported } from '../src/network/network.js';
import { baselineSchema, baselineOf } from '../src/results/baseline.js';
import type { Report } from '../src/results/report.js';
import { openNetwork } from '../src/workflows/front-ends.js';
import { readBaseline, readFigures, readResult } from '../src/workflows/saved-results.js';
import { lowerNetwork } from '../src/workflows/stages/lower.js';
import { valueDamage } from './support/files/damage.js';
import { temporaryFolder, zipBytes } from './support/files/data-files.js';
import { kerasCases, kerasMembers } from './support/models/keras-files.js';
import { text } from './support/reports/stored-results.js';

/** More of them (FUZZ_RUNS=5000 FUZZ_SEED=7) while error texts are worked on. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 120);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** Words of zod, of JavaScript and of serialised values that no message may hold. */
const RAW =
  /Invalid (input|option|key|type|element)|Too (big|small)|[Ee]xpected .* received|Unrecognized key|✖|undefined|\[object/;

const { folder, write } = temporaryFolder();
const members: Record<string, Record<string, Uint8Array>> = {};
const kerasModels = ['keras3-functional', 'keras3-recurrent', 'keras3-sequential'] as const;

beforeAll(async () => {
  for (const name of kerasModels) members[name] = await kerasMembers(folder, name);
});

/** Reads a damaged file; a message that no user should see, or another error, is thrown. */
async function expectPlain(read: () => Promise<unknown>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    expect(error.message).not.toMatch(RAW);
    expect(error.text.fix).not.toBe('');
  }
}

async function lowered(path: string): Promise<void> {
  const network = await openNetwork(path, 1e9);
  refuseUnsupported(network);
  lowerNetwork(network, 'auto');
}

const damagedOften = (name: string, original: string, read: (damaged: string | Uint8Array) => Promise<unknown>): void =>
  it(name, () =>
    fc.assert(
      fc.asyncProperty(valueDamage, (damage) => expectPlain(() => read(damage(original)))),
      { numRuns: RUNS, seed: SEED },
    ),
  );

describe('errors of damaged files are plain words with a remedy', () => {
  const oracle = (name: string): string =>
    readFileSync(new URL(`../fixtures/oracle/${name}/model.json`, import.meta.url), 'utf8');

  describe('model.json', () => {
    for (const name of ['resnet-bn-swish', 'bidirectional-gru-sum', 'conv2d-groups', 'stacked-lstm-cells'])
      damagedOften(name, oracle(name), (damaged) => lowered(write('model.json', damaged)));
    for (const { name, json } of kerasCases.filter((one) => one.json !== null).slice(0, 2))
      damagedOften(name, readFileSync(json!, 'utf8'), (damaged) => lowered(write('model.json', damaged)));
  });

  describe('config.json in .keras', () => {
    it.each(kerasModels)('%s', (name) =>
      fc.assert(
        fc.asyncProperty(valueDamage, (damage) => {
          const entries = Object.entries(members[name]!).map(([own, contents]) => {
            const damaged = own === 'config.json' ? damage(Buffer.from(contents).toString()) : contents;
            return { name: own, contents: Buffer.from(damaged), stored: true };
          });
          return expectPlain(() => lowered(write('model.keras', zipBytes(entries))));
        }),
        // Each run starts the HDF5 library.
        { numRuns: Math.ceil(RUNS / 6), seed: SEED },
      ),
    );
  });

  describe('configuration', () => {
    for (const name of ['pass', 'fail', 'inconclusive'])
      damagedOften(name, text(`results/${name}.config.json`), (damaged) =>
        loadConfig(write('fisher-audit.config.json', damaged), folder),
      );
  });

  describe('saved results', () => {
    for (const name of ['pass', 'fail', 'skipped', 'comparison-fail', 'track'])
      damagedOften(name, text(`results/${name}.json`), async (damaged) => {
        const path = write('report.json', damaged);
        await expectPlain(() => readFigures(path));
        await readResult(path);
      });
    const baseline = baselineSchema.parse(baselineOf(JSON.parse(text('results/pass.json')) as Report));
    damagedOften('baseline', JSON.stringify(baseline), (damaged) => readBaseline(write('baseline.json', damaged)));
  });
});
