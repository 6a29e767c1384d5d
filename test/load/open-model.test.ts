import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/files/data-files.js';
import { kerasBytes, kerasCases } from '../support/models/keras-files.js';
import { openKeras, refusalText } from '../support/models/models.js';

const { folder, write } = temporaryFolder();

describe('a model is found', () => {
  it.each(['keras', 'h5'] as const)('as model.%s in the given folder', async (ending) => {
    const { name } = kerasCases[0]!;
    const own = join(folder, ending);
    mkdirSync(own);
    writeFileSync(join(own, `model.${ending}`), kerasBytes(name, ending));
    expect((await openKeras(own)).path).toBe(join(own, `model.${ending}`));
  });

  it('as HDF5 with the ending .keras, which Keras 2.12 and older wrote', async () => {
    const path = write('old.keras', kerasBytes('keras2-alike', 'h5'));
    expect(await openKeras(path)).toMatchObject({ path, format: 'keras-h5', kerasMajor: 2 });
  });

  it('or all formats are named in the error', async () => {
    const text = await refusalText('FA205', write('model.onnx', 'x'));
    for (const name of ['model.json', '.keras', '.h5', '.hdf5']) expect(text).toContain(name);
  });
});
