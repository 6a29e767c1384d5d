import { AuditError } from '../errors.js';
import { byteSize } from '../text/format-numbers.js';

/** @throws AuditError FA401 where the weights of a model, in bytes, do not fit into the memory of a run */
export function refuseLargeWeights(path: string, bytes: number, memory: number): void {
  if (bytes <= memory) return;
  throw new AuditError('FA401', {
    what: `${path}: its weights take ${byteSize(bytes)}, but --memory allows ${byteSize(memory)}`,
    fix: `raise --memory; an audit needs several times the size of the weights`,
  });
}
