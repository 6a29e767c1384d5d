import { describe, expect, it } from 'vitest';
import { openNetwork } from '../../src/workflows/front-ends.js';
import { fixture } from '../support/terminal.js';

describe('weights that do not fit into the memory of a run', () => {
  it.each(['mnist', 'mnist-resnet', 'mnist-gru'])('are refused with their size: %s', async (name) => {
    const refused = openNetwork(fixture(name), 10_000);
    await expect(refused).rejects.toMatchObject({ code: 'FA401' });
    await expect(refused).rejects.toThrow(/its weights take \d.*[kM]B, but --memory allows 10\skB/);
  });
});
