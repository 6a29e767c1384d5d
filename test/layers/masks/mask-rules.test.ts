import { beforeAll, describe, expect, it } from 'vitest';
import { openNetwork } from '../../../src/workflows/front-ends.js';
import { lowerFor } from '../../../src/workflows/stages/lower.js';
import { float32Kernels } from '../../support/backends.js';
import { keras3Layer } from '../../support/models/models.js';
import { look, refusedKeras, refusedModel } from '../../support/models/refused-models.js';
import { applyLayer, functional, inFolder, save } from '../../support/models/tfjs-models.js';
import { Experiment } from '../../support/programs.js';

const embedding = { inputDim: 3, outputDim: 2, maskZero: true };
const sequence = { units: 2, returnSequences: true };

beforeAll(() => float32Kernels('cpu'));

describe('a mask is refused', () => {
  it('if tfjs applies the mask of another layer', async () => {
    const text = await refusedModel([[4]], ([x]) => {
      const encoded = applyLayer('LSTM', { units: 2, name: 'encoder' }, applyLayer('Embedding', embedding, x!));
      return applyLayer('LSTM', { units: 2, name: 'decoder' }, applyLayer('RepeatVector', { n: 3 }, encoded));
    });
    expect(text).toMatch(/^decoder: its input has no mask, but the input of encoder has one · tfjs-layers may apply/);
  });

  it('by a softmax', async () => {
    expect(await refusedKeras(look, keras3Layer('Softmax', { name: 'own', axis: -1 }))).toContain(
      'own: masked inputs of this layer',
    );
  });
});

it('outputs at masked steps are constant', async () => {
  const network = functional([[3]], ([x]) => {
    const encoded = applyLayer('SimpleRNN', sequence, applyLayer('Embedding', embedding, x!));
    return applyLayer('Dense', { units: 2, activation: 'softmax' }, encoded);
  });
  const program = await inFolder(async (folder) => {
    await save(network, folder);
    return lowerFor(await openNetwork(folder, Infinity), [[3]], 'auto').program;
  });
  const outputs = new Experiment(program, [Float64Array.of(0, 2, 0)], 1).outputs();
  expect(Array.from(outputs, (x) => x === 0)).toEqual([true, true, false, false, true, true]);
});
