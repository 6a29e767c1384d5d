import { AuditError } from '../errors.js';
import { byteSize } from '../text/format-numbers.js';

/** The module from which the wasm backend allocates every tensor (tfjs 4.22). Other backends have none. */
interface Heap {
  _malloc(bytes: number): number;
}

/** Addresses have 32 bits. */
const ADDRESSES = 2 ** 32;

const guarded = new WeakSet<Heap>();

/**
 * Makes a backend throw when its heap is exhausted. malloc then returns address 0, and truncates sizes to 32 bits; tfjs
 * checks neither, so that its kernels would overwrite other memory. A second call for the same backend does nothing.
 */
export function guardHeap(backend: unknown): void {
  const heap = (backend as { readonly wasm?: Heap }).wasm;
  if (heap === undefined || guarded.has(heap)) return;
  guarded.add(heap);
  let allocate = heap._malloc;
  const checked = (bytes: number): number => {
    const address = bytes < ADDRESSES ? allocate(bytes) : 0;
    if (address === 0 && bytes > 0) throw exhausted(bytes);
    return address;
  };
  // At its first call, emscripten's malloc replaces itself by another function.
  Object.defineProperty(heap, '_malloc', { get: () => checked, set: (own: Heap['_malloc']) => void (allocate = own) });
}

const exhausted = (bytes: number): AuditError =>
  new AuditError('FA502', {
    what: `the wasm backend has no memory left for a tensor of ${byteSize(bytes)}`,
    why: 'its heap has a fixed limit, however much memory the machine has',
    fix: 'use a smaller --batch-size, --parameters or --memory, or fewer --samples',
  });
