import { type BackendName, loadKernels } from '../../src/kernels/backend.js';
import type { Kernels } from '../../src/kernels/kernels.js';

/** Backends that every installation has. The active one is global to tfjs: each suite must load its own first. */
export const testedBackends = ['cpu', 'wasm'] as const satisfies readonly BackendName[];

export const float32Kernels = (name: (typeof testedBackends)[number]): Promise<Kernels> => loadKernels(name, 'float32');
