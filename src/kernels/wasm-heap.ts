import { AuditError } from '../errors.js';

/** Where the wasm backend takes the memory of every tensor from (tfjs 4.22); other backends have no such module. */
interface Heap {
  _malloc(bytes: number): number;
}

/** Addresses have 32 bits. */
const ADDRESSES = 2 ** 32;

const guarded = new WeakSet<Heap>();

/**
 * Makes a backend throw where its heap is exhausted. malloc gives address 0 then, and sizes that 32 bits do not hold are
 * cut; tfjs asks for neither, and its kernels would write over whatever is there. Guarded once, each backend stays so.
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
  // At its first call emscripten's malloc puts another function in its own place.
  Object.defineProperty(heap, '_malloc', { get: () => checked, set: (own: Heap['_malloc']) => void (allocate = own) });
}

const exhausted = (bytes: number): AuditError =>
  new AuditError('FA502', {
    what: `the wasm backend has no memory left for a tensor of ${Math.ceil(bytes / 1e6)} MB`,
    why: 'its heap is limited, whatever memory the machine has',
    fix: 'give a smaller --batch-size, --parameters or --memory, or fewer --samples',
  });
