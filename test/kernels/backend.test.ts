import { expect, it } from 'vitest';
import { backendNames, loadKernels } from '../../src/kernels/backend.js';

it('auto takes wasm, and tensorflow only where wasm does not load', async () => {
  expect(backendNames).toEqual(['wasm', 'tensorflow', 'cpu']);
  expect((await loadKernels('auto', 'float32')).name).toBe('wasm');
});
