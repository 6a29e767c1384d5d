import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../support/terminal.js';
import { type LayerEntry, dense, kernel, writeNetwork } from '../support/models/written-networks.js';

let folder = '';

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-cli-'))));

afterAll(() => rmSync(folder, { recursive: true }));

describe('memory', () => {
  it('a wide layer before a normalisation stays within memory', async () => {
    const normalisation = { name: 'n', axis: -1, epsilon: 0.001, scale: false, center: false };
    const layers = [dense('d1', 2048, 'linear'), ['LayerNormalization', normalisation], dense('d2', 10, 'softmax')];
    const weights = [kernel('d1', 4, 2048), kernel('d2', 2048, 10)];
    const model = writeNetwork(join(folder, 'wide'), layers as LayerEntry[], weights);
    expect(await run([model, '-m', '64', '-q', '--json'])).toMatchObject({ status: 0, stderr: '' });
  });
});
