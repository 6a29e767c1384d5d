import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LayerEntry, dense, kernel, writeNetwork } from '../support/models/written-networks.js';
import { run } from '../support/terminal.js';

/** Positions of a sequence of four numbers each: 16 MB in float32. */
const POSITIONS = 1e6;

let folder = '';

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-held-'))));

afterAll(() => rmSync(folder, { recursive: true }));

/** A network with so many long sequences one after another, each a function of the one before. */
function long(name: string, activation: string, count: number): string {
  const layers: LayerEntry[] = [
    dense('d1', 4, 'tanh'),
    ['RepeatVector', { name: 'repeat', n: POSITIONS }],
    ...Array.from({ length: count }, (_, k): LayerEntry => ['Activation', { name: `a${k}`, activation }]),
    ['GlobalAveragePooling1D', { name: 'mean' }],
    dense('d2', 3, 'softmax'),
  ];
  return writeNetwork(join(folder, name), layers, [kernel('d1', 4, 4), kernel('d2', 4, 3)]);
}

describe('--memory', () => {
  it('is compared with what an evaluation holds at the same time', async () => {
    // The derivatives of every tanh need its argument.
    const { status, stderr } = await run(['inspect', long('curved', 'tanh', 20), '--memory', '64MB']);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^FA401 --memory: the values of one input in this network take 336.MB, more than 64.MB · raise --memory/,
    );
    expect((await run(['inspect', join(folder, 'curved'), '--memory', '400MB'])).status).toBe(0);
  });

  it('does not limit all values together, of which most are released', async () => {
    // More than 2²⁸ numbers: 100 layers of 4 million.
    expect(
      (await run(['inspect', long('skipped', 'tanh', 100), '--skip-layer', 'd1', '--memory', '64MB'])).status,
    ).toBe(0);
  });
});
