import { createHash } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AuditRequest, audit } from '../../../src/index.js';
import { fixtureFolder } from '../../support/models/oracles.js';
import { InputHash } from '../../../src/load/datasets/input-hash.js';
import { npzOf, temporaryFolder } from '../../support/files/data-files.js';

const { folder, write } = temporaryFolder();

describe('the hash of the data', () => {
  const model = fixtureFolder('iris');
  const rows = [5.1, 3.5, 1.4, 0.2, 4.9, 3, 1.4, 0.25];
  const hashOf = async (options: Partial<AuditRequest> = {}): Promise<string> =>
    (await audit({ model, data: write('x.npz', npzOf({ x: [[2, 4], rows] })), ...options })).data.sha256;
  const expected = (numbers: readonly number[]): string =>
    createHash('sha256')
      .update(Buffer.from(Float64Array.from(numbers).buffer))
      .digest('hex');

  it('is that of the numbers that the network reads', async () => {
    expect(await hashOf()).toBe(expected(rows));
    expect(await hashOf({ batchSize: 1 })).toBe(expected(rows));
    expect(await hashOf({ inputs: 1 })).toBe(expected(rows.slice(0, 4)));
    expect(await hashOf({ scale: 2, offset: 1 })).toBe(expected(rows.map((x) => 2 * x + 1)));
  });

  it('exists for synthetic inputs, too', async () => {
    const place = join(folder, 'alone');
    mkdirSync(place);
    const source = fixtureFolder('iris');
    for (const file of ['model.json', 'weights.bin']) cpSync(join(source, file), join(place, file));
    const of = async (options: Partial<AuditRequest>): Promise<string> =>
      (await audit({ model: place, inputs: 5, ...options })).data.sha256;
    expect(await of({ batchSize: 2 })).toBe(await of({}));
    expect(await of({ seed: 1 })).not.toBe(await of({}));
  });

  it('hashes the inputs of a row one after another, in batches of any size', () => {
    const left = Float64Array.of(1, 2, 3, 4);
    const right = Float64Array.of(-1, -2);
    const whole = new InputHash();
    whole.add({ first: 0, count: 2, values: [left, right] });
    const cut = new InputHash();
    for (const row of [0, 1]) {
      const values = [left.subarray(2 * row, 2 * row + 2), right.subarray(row, row + 1)];
      cut.add({ first: row, count: 1, values });
    }
    const digest = expected([1, 2, -1, 3, 4, -2]);
    expect([whole.digest(), cut.digest()]).toEqual([digest, digest]);
  });
});
