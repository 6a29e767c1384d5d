import { createHash } from 'node:crypto';
import { littleEndian } from '../bytes/number-types.js';
import type { Batch } from './dataset.js';

/**
 * SHA-256 of inputs as the network gets them, scaled and offset: row by row, for each row one input of the model after
 * the other, each number as a little-endian float64. It does not depend on how rows are cut into batches.
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
