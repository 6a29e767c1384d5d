import { expect, it } from 'vitest';
import { readHdf5 } from '../../../../src/load/containers/hdf5/file.js';
import { startLibrary } from '../../../../src/load/containers/hdf5/library.js';
import { hdf5 } from '../../../support/models/hdf5-files.js';

it('reading a circular HDF5 file ends at the time limit', async () => {
  const library = await startLibrary();
  expect(typeof library.open).toBe('function');
  const whole = hdf5((file) => file.create_attribute('keras_version', '2.15.0'));
  const turn = readHdf5('round.h5', whole, Infinity, () => {
    for (;;) if (Date.now() < 0) return;
  });
  await expect(turn).rejects.toThrow('FA202 round.h5 is not an HDF5 file, or is damaged · reading it does not end');
});
