import { createHash } from 'node:crypto';
import type { Batch } from '../load/dataset.js';

/** SHA-256 of the numbers that the network was given, whatever the batch size: are two audits of the same data? */
export class Fingerprint {
  readonly #inputs: ReturnType<typeof createHash>[] = [];

  add({ values }: Batch): void {
    values.forEach((numbers, k) => {
      this.#inputs[k] ??= createHash('sha256');
      this.#inputs[k].update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    });
  }

  /** Hexadecimal; over the digests of the model's inputs, in their order. */
  digest(): string {
    const all = createHash('sha256');
    for (const input of this.#inputs) all.update(input.digest());
    return all.digest('hex');
  }
}
