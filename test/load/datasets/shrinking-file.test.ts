import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/load/datasets/open-dataset.js';

let folder = '';

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-shrinking-'))));

afterAll(() => rmSync(folder, { recursive: true }));

const input = { name: 'x', shape: [2], integers: null, alternatives: [] };
const row: Record<string, string> = { csv: '1,2\n', jsonl: '[1,2]\n' };

describe('a file that becomes shorter while it is read', () => {
  it.each(['csv', 'jsonl'])('is refused as %s', async (extension) => {
    const path = join(folder, `data.${extension}`);
    writeFileSync(path, row[extension]!.repeat(1000));
    const dataset = await openDataset(path, [input] as never, { scale: 1, offset: 0, outputs: null });
    truncateSync(path, row[extension]!.length * 500);
    const read = async () => {
      for await (const batch of dataset.batches(64, 1000)) expect(batch.count).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({ code: 'FA102', message: expect.stringContaining('became shorter') });
  });
});
