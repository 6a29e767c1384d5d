import { createHash } from 'node:crypto';
import { littleEndian } from '../bytes/number-types.js';
import type { Batch } from './dataset.js';

/**
 * SHA-256 of the inputs after scaling and offset: row by row, in each row all inputs of the model in order, each number
 * as a little-endian float64. It does not depend on the batch size.
 */
export class InputHash {
  readonly #hash = createHash('sha256');

  add({ count, values }: Batch): void {
    for (let row = 0; row < count; row++) {
      for (const array of values) {
        const size = array.length / count;
        this.#hash.update(littleEndian(array.subarray(row * size, (row + 1) * size)));
      }
    }
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}
