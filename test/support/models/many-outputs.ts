import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { npzOf } from '../files/data-files.js';
import { Random } from '../random.js';
import { functional, makeLayer, randomise, save } from './tfjs-models.js';

/** More outputs than draws, so that the gradients of drawn labels stand for the derivatives of all of them. */
export const OUTPUTS = 150;
const INPUTS = 6;
const SIDE = 5;

/** Deep enough for reverse passes to be worth it. */
const NAMES = ['first', 'second', 'third', 'fourth'];

/** A network with many outputs, one of them favoured, with its inputs and labels beside it; returns its folder. */
export async function saveManyOutputs(folder: string, activation: string, confidence: number): Promise<string> {
  const network = functional([[SIDE, SIDE, 2]], (inputs) => {
    const layers = [
      ...NAMES.map((name) =>
        makeLayer('Conv2D', { name, filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' }),
      ),
      makeLayer('GlobalAveragePooling2D', { name: 'pool' }),
      // Labels that are all the same would tell nothing.
      makeLayer('Rescaling', { name: 'calm', scale: 0.03, offset: 0 }),
      makeLayer('Dense', { name: 'last', units: OUTPUTS, activation }),
    ];
    return layers.reduce((value, layer) => layer.apply(value) as SymbolicTensor, inputs[0]!);
  });
  randomise(network, new Random(activation));
  favour(network, confidence);
  const own = join(folder, `${activation}-${confidence}`);
  mkdirSync(own);
  await save(network, own);
  const x = new Random('inputs').values([INPUTS, SIDE * SIDE * 2], -1, 1);
  const width = activation === 'softmax' ? 1 : OUTPUTS;
  const random = new Random('labels');
  const y = Array.from({ length: INPUTS * width }, () => random.integer(width === 1 ? OUTPUTS : 2));
  writeFileSync(join(own, 'dataset.npz'), npzOf({ x: [[INPUTS, SIDE * SIDE * 2], [...x]], y: [[INPUTS, width], y] }));
  return own;
}

/** Adds to the bias of the first output. */
function favour(network: LayersModel, confidence: number): void {
  const last = network.getLayer('last');
  const [kernel, bias] = last.getWeights() as [Tensor, Tensor];
  const values = Float32Array.from(bias.dataSync());
  values[0] = values[0]! + confidence;
  last.setWeights([kernel, tensor1d(values)]);
}
