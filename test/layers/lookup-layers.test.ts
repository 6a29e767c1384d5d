import { beforeAll, expect, it } from 'vitest';
import { float32Kernels } from '../support/backends.js';
import { refusedModel } from '../support/models/refused-models.js';
import { applyLayer, functional, inFolder, load, save } from '../support/models/tfjs-models.js';

const embedding = { inputDim: 3, outputDim: 2, maskZero: true };

beforeAll(() => float32Kernels('cpu'));

it('a lookup of integers that a layer computes is refused', async () => {
  const text = await refusedModel([[4]], ([x]) =>
    applyLayer('Embedding', { ...embedding, name: 'table' }, applyLayer('Dense', { units: 4 }, x!)),
  );
  expect(text).toContain('table: the model computes the integers that this layer looks up');
});

it('a lowered network lists the integers of its inputs, also with several tables', async () => {
  const network = functional([[3], [2], [4]], ([x, y, z]) => {
    const tables = [5, 3].map((inputDim) => applyLayer('Embedding', { inputDim, outputDim: 2 }, x!));
    const counts = applyLayer('CategoryEncoding', { numTokens: 4, outputMode: 'count' }, y!);
    const flat = tables.map((table) => applyLayer('Flatten', {}, table));
    return applyLayer('Concatenate', {}, [...flat, counts, z!]);
  });
  const lowered = await inFolder(async (folder) => {
    await save(network, folder);
    return load(folder, [[3], [2], [4]]);
  });
  expect([...lowered.vocabularies]).toEqual([
    [0, 3],
    [1, 4],
  ]);
});
