import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AuditError } from '../errors.js';
import { float64 } from './float64.js';
import type { Kernels } from './kernels.js';
import { type Tfjs, tfjsKernels } from './tfjs.js';
import { guardHeap } from './wasm-heap.js';

/**
 * tfjs is a CommonJS package. `require` loads it 0.1 s faster than `import`, which scans the sources for export names.
 */
const require = createRequire(import.meta.url);

/**
 * Backends by name, in the order in which `auto` tries them. Each resolves after its first computation. wasm comes first:
 * it passes every test, while tensorflow crashes on depthwise convolutions with a depth multiplier (tfjs-node 4.22).
 */
const backends = {
  wasm: loadWasm,
  tensorflow: () => activate('tensorflow', '@tensorflow/tfjs-node'),
  cpu: () => activate('cpu', '@tensorflow/tfjs-backend-cpu'),
} satisfies Record<string, () => Promise<Tfjs>>;

export type BackendName = keyof typeof backends;
export const backendNames = Object.keys(backends) as BackendName[];

async function loadWasm(): Promise<Tfjs> {
  const name = '@tensorflow/tfjs-backend-wasm';
  const { setWasmPaths } = require(name) as typeof import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(join(dirname(require.resolve(name)), '/'));
  return activate('wasm', name);
}

/** Activates a backend and computes one product: tfjs-node loads on Node >= 23 but fails at the first product. */
async function activate(name: string, packageName: string): Promise<Tfjs> {
  require(packageName);
  const tf = require('@tensorflow/tfjs-core') as Tfjs;
  if (!(await tf.setBackend(name))) throw new Error(`the ${name} backend did not start`);
  await tf.ready();
  guardHeap(tf.backend());
  tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync());
  return tf;
}

/** tfjs prints advice while it starts, which must not get into a report. */
async function quietly<Result>(start: () => Promise<Result>): Promise<Result> {
  const { log, warn, error } = console;
  console.log = console.warn = console.error = () => undefined;
  try {
    return await start();
  } finally {
    Object.assign(console, { log, warn, error });
  }
}

/**
 * The kernels to compute with: those of the first backend that loads for `auto`; plain loops for precision float64.
 * @throws AuditError FA501 when the backend asked for does not load; for `auto`, when none does
 */
export async function loadKernels(backend: BackendName | 'auto', precision: 'float32' | 'float64'): Promise<Kernels> {
  if (precision === 'float64') return float64;
  const reasons: string[] = [];
  for (const name of backend === 'auto' ? backendNames : [backend]) {
    try {
      return tfjsKernels(await quietly(backends[name]), name);
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new AuditError('FA501', {
    what: `no backend could be loaded (${reasons.join('; ')})`,
    fix: fixes[backend],
  });
}

const fixes: Readonly<Record<BackendName | 'auto', string>> = {
  tensorflow: 'npm install @tensorflow/tfjs-node (it needs Node 22 or older), or use --backend auto',
  wasm: 'reinstall fisher-audit, or use --backend auto',
  cpu: 'reinstall fisher-audit, or use --backend auto',
  auto: 'reinstall fisher-audit, or use --precision float64, which needs no backend',
};
