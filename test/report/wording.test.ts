import { incompleteNote } from '../../src/report/sentences/notes.js';
import { tensor } from '@tensorflow/tfjs-core';
import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { audit } from '../../src/index.js';
import { float32Kernels } from '../support/backends.js';
import { judged } from '../support/reports/judged.js';
import { Random } from '../support/random.js';
import { fixture, run } from '../support/terminal.js';
import { functional, inFolder, makeLayer, save } from '../support/models/tfjs-models.js';

/** What a terminal shows, with every run of spaces and ends of lines as one space. */
const shown = async (args: readonly string[], columns = 80): Promise<string> =>
  (await run([...args, '--no-color'], { columns })).stdout.replace(/\s+/g, ' ');

it.each([
  [
    ['--parameters', '40'],
    /Incomplete: only a random subset of the parameters of \S+ and \S+ was .*--parameters all.*: incomplete/,
  ],
  [['--skip-layer', 'dense_1'], /Incomplete: dense_1 was skipped \(remove --skip-layer to audit it\)\. .*: incomplete/],
  [[], /^(?!.*incomplete)/i],
])('an audit with %j says why it is incomplete, or is not', async (args, expected) => {
  expect(await shown([fixture('mnist-lenet-tanh'), '-m', '2', ...args])).toMatch(expected);
});

it('figures from label draws are incomplete, until every output is derived', async () => {
  const report = await audit({ model: fixture('iris'), inputs: 8 });
  const layers = report.layers.map((layer) => ({ ...layer, samplingError: 0.1 }));
  const estimated = { ...report, layers };
  const facts = incompleteNote({ ...estimated, verdict: judged({ report: estimated, baseline: null }, new Map()) });
  expect(facts).toContain('are estimates from label draws (--samples 3 or more makes them exact)');
});

it('that a layer was sampled is not left out of a narrow table', async () => {
  const args = [fixture('mnist-lenet-tanh'), '-m', '2'];
  const sampled = await shown([...args, '--parameters', '40'], 70);
  expect(sampled).toMatch(/Columns not shown: type,? (and )?mean I/);
  expect(sampled).toContain(' conv2d_1 46 of 156 ');
  expect(await shown([...args, '--parameters', '40', '--by', 'weight'], 48)).toMatch(/ 40 of .*Columns not shown: /);
});

it('many layers to which Î₂ does not apply are put together, with what is known of their sampling', async () => {
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

it.each([
  ['8', '8 of 512 inputs ·'],
  ['1', '1 of 512 inputs ·'],
])('the noun behind %s is that of the whole', async (inputs, expected) => {
  expect(await shown([fixture('mnist'), '-m', inputs])).toContain(expected);
});
