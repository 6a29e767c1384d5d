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

  it.each([
    ['saved_model.pb', /a TensorFlow SavedModel, which is not supported · load it in Keras/],
    ['model.safetensors', /another library \(Hugging Face\), which is not supported · rebuild the network in Keras/],
    ['net.pt', /PyTorch checkpoints, which is not supported · rebuild/],
  ])('or the error says what the folder is: %s', async (name, message) => {
    const own = join(folder, name.replace('.', '-'));
    mkdirSync(own);
    writeFileSync(join(own, name), 'x');
    expect(await refusalText('FA205', own)).toMatch(message);
  });

  it('or the error says that a data set was given', async () => {
    expect(await refusalText('FA205', write('x.csv', '1'))).toContain('give the model first, and then the data set');
  });

  it('or all formats are named in the error', async () => {
    const text = await refusalText('FA205', write('model.onnx', 'x'));
    for (const name of ['model.json', '.keras', '.h5', '.hdf5']) expect(text).toContain(name);
  });
});
