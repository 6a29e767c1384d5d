import { expect, it } from 'vitest';
import { readHdf5 } from '../../../../src/load/containers/hdf5/file.js';
import { kerasBytes } from '../../../support/models/keras-files.js';

// Written by h5py, without the checksums of newer formats.
const whole = kerasBytes('keras2-alike', 'h5');
const textOf = (bytes: Uint8Array): Promise<unknown> =>
  readHdf5('damaged.h5', bytes, Infinity, (file) => file.texts('/', 'model_config'));

/** The file after `damage`, which gets the place of the collection of texts. */
function damaged(damage: (bytes: Buffer, heap: number) => void): Buffer {
  const bytes = Buffer.from(whole);
  const heap = bytes.indexOf('GCOL');
  expect(heap).toBeGreaterThan(0);
  damage(bytes, heap);
  return bytes;
}

it('reading a circular HDF5 file ends at the time limit', async () => {
  const turn = readHdf5('round.h5', whole, Infinity, () => {
    for (;;) if (Date.now() < 0) return;
  });
  await expect(turn).rejects.toThrow('FA202 round.h5 is not an HDF5 file, or is damaged · reading it does not end');
});

it('a text is read from an undamaged file', async () => {
  expect(await textOf(whole)).toEqual([expect.stringContaining('"Functional"')]);
});

it('a small HDF5 file cannot take any amount of memory', async () => {
  const file = damaged((bytes, heap) => {
    // A text is stored as its length, and the place of its bytes.
    const place = Buffer.alloc(8);
    place.writeBigUInt64LE(BigInt(heap));
    for (let at = bytes.indexOf(place); at > 0; at = bytes.indexOf(place, at + 1)) bytes.writeUInt32LE(2 ** 30, at - 4);
  });
  await expect(textOf(file)).rejects.toThrow(/reading it takes more than 70\sMB of memory/);
});

it.each([
  { what: 'a free space of no bytes', number: 0, size: 0n },
  { what: 'a free space of 2³² bytes', number: 0, size: 2n ** 32n },
  { what: 'a text that ends before it starts', number: 1, size: 2n ** 32n - 16n },
])('$what among the texts of an HDF5 file is found at once', async ({ number, size }) => {
  const file = damaged((bytes, heap) => {
    bytes.writeUInt16LE(number, heap + 16);
    bytes.writeBigUInt64LE(size, heap + 24);
  });
  await expect(textOf(file)).rejects.toThrow('a heap of texts does not end');
});
