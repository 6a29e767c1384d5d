import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { guardHeap } from '../../src/kernels/wasm-heap.js';
import type { Tensor } from '../../src/kernels/kernels.js';
import { float32Kernels } from '../support/backends.js';

describe('a heap that is exhausted', () => {
  it('is an error before anything is written to address 0', () => {
    const asked: number[] = [];
    const malloc = (bytes: number): number => (asked.push(bytes), bytes > 1000 ? 0 : 8);
    // As emscripten has it: the first call puts another function in the place of this one.
    const backend = { wasm: { _malloc: (bytes: number): number => (backend.wasm._malloc = malloc)(bytes) } };
    guardHeap(backend);
    guardHeap(backend);
    expect(backend.wasm._malloc(1000)).toBe(8);
    expect(backend.wasm._malloc(0)).toBe(8);
    expect(() => backend.wasm._malloc(3e9)).toThrow(/^FA502 .* 3\u00a0GB · /);
    expect(asked).toEqual([1000, 0, 3e9]);
    expect(() => guardHeap({})).not.toThrow();
  });

  it('is an error for a size beyond its addresses, and the backend still computes', async () => {
    const kernels = await float32Kernels('wasm');
    const before = memory().numTensors;
    const large = (): Tensor => kernels.scope(() => kernels.add(kernels.fill([2, 2], 1), kernels.fill([2 ** 30], 1)));
    expect(large).toThrow(/^FA502 /);
    expect(memory().numTensors).toBe(before);
    const four = kernels.fill([2, 2], 1);
    expect(Array.from(kernels.read(kernels.matMul(four, four)))).toEqual([2, 2, 2, 2]);
  });
});
