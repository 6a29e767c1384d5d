import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AuditError } from '../../../src/errors.js';
import { auditOptionsSchema } from '../../../src/config/options.js';
import { parseOptions } from '../../../src/config/parse-options.js';
import { audit } from '../../../src/workflows/audit.js';
import { oracleFolder } from '../../support/models/oracles.js';
import { inFolder } from '../../support/models/tfjs-models.js';

/** An audit of the oracle's embedding of 7 words in sequences of 4; the warnings that it gave. */
function audited(rows: readonly string[] | null, options: object = {}): Promise<string[]> {
  return inFolder(async (folder) => {
    cpSync(oracleFolder('embedding-gru'), folder, { recursive: true });
    for (const name of ['x.npy', 'x.npz']) rmSync(join(folder, name));
    if (rows) writeFileSync(join(folder, 'dataset.csv'), rows.join('\n'));
    const warnings: string[] = [];
    const all = parseOptions(auditOptionsSchema, { inputs: 4, samples: 4, backend: 'cpu', ...options });
    await audit({ model: join(folder, 'model.json'), data: null }, all, { warning: (text) => warnings.push(text) });
    return warnings;
  });
}

it('takes integers below the size of the vocabulary', async () => {
  expect(await audited(['a,b,c,d', '0,1,2,3', '6,5,4,3'])).toEqual([]);
});

it.each([
  ['too large', ['a,b,c,d', '0,1,2,3', '6,5,7,3'], {}, 'row 1, position [2]: 7 is'],
  ['negative', ['a,b,c,d', '0,-1,2,3'], {}, 'row 0, position [1]: -1 is'],
  ['fractional', ['a,b,c,d', '0,1,2,3.5'], {}, 'row 0, position [3]: 3.5 is'],
  ['scaled', ['a,b,c,d', '0,1,2,3'], { scale: 0.5 }, 'row 0, position [1]: 0.5 is'],
])('refuses numbers that are %s', async (_, rows, options, place) => {
  const error: unknown = await audited(rows, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AuditError);
  expect((error as AuditError).message).toMatch(/^FA108 input "embedding_Embedding1_input", row/);
  expect((error as AuditError).message).toContain(`${place} not an integer from 0 to 6`);
});

it('draws integers if no data are given, and warns', async () => {
  const [warning] = await audited(null);
  expect(warning).toContain('The audit uses uniform random integers below the size of the vocabulary instead');
});
