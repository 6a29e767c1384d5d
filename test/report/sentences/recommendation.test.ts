import { tensor } from '@tensorflow/tfjs-core';
import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { float32Kernels } from '../../support/backends.js';
import { functional, inFolder, makeLayer, save } from '../../support/models/tfjs-models.js';
import { Random } from '../../support/random.js';
import { shown } from '../../support/terminal.js';

it('layers to which Î₂ does not apply share one sentence, which states their sampling', async () => {
  await float32Kernels('cpu');
  const network = functional([[2, 2, 2]], ([input]) => {
    let value = input!;
    for (let depth = 0; depth < 10; depth++) {
      const convolution = { filters: 2, kernelSize: 1, activation: 'relu', name: `c${depth}` };
      value = makeLayer('Conv2D', convolution).apply(value) as SymbolicTensor;
    }
    return makeLayer('Flatten', {}).apply(value) as SymbolicTensor;
  });
  // Positive weights: no unit is dead.
  for (const weight of network.weights) {
    const shape = weight.shape as number[];
    weight.write(tensor(new Random(weight.name).values(shape, 0.2, 0.6), shape));
  }
  await inFolder(async (folder) => {
    await save(network, folder);
    const text = await shown([folder, '-m', '4', '--parameters', '2', '--likelihood', 'gaussian']);
    expect(text).toMatch(
      /c0, c1, c2 and 7 more: Î₂ does not apply, .*The figures are estimates from 40 of 60 parameters \(/,
    );
  });
});
