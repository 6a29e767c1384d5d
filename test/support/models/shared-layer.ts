import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { Random } from '../random.js';
import { functional, makeLayer, randomise, save } from './tfjs-models.js';

export const SHARED_WIDTH = 5;
export const SHARED_ROWS = 12;

/** A network whose dense layer is used three times, so that each of its weights needs a direction of its own. */
function sharedNetwork(): LayersModel {
  const shared = makeLayer('Dense', { name: 'shared', units: SHARED_WIDTH, activation: 'tanh' });
  const last = makeLayer('Dense', { name: 'last', units: 3, activation: 'softmax' });
  const network = functional([[SHARED_WIDTH]], (inputs) => {
    let value = inputs[0]!;
    for (let time = 0; time < 3; time++) value = shared.apply(value) as SymbolicTensor;
    return last.apply(value) as SymbolicTensor;
  });
  randomise(network, new Random('shared'));
  return network;
}

/** Rows of inputs that are the same float64 numbers in the file and here. */
export const sharedInputs = (): Float32Array => new Random('inputs').values([SHARED_ROWS, SHARED_WIDTH], -2, 2);

/** The network with a data set of the given rows beside it. */
export async function saveShared(folder: string, from = 0, to = SHARED_ROWS): Promise<void> {
  await save(sharedNetwork(), folder);
  const x = sharedInputs();
  const rows = Array.from({ length: to - from }, (_, row) =>
    x.subarray((from + row) * SHARED_WIDTH, (from + row + 1) * SHARED_WIDTH).join(','),
  );
  const header = Array.from({ length: SHARED_WIDTH }, (_, k) => `x${k}`).join(',');
  writeFileSync(join(folder, 'dataset.csv'), `${[header, ...rows].join('\n')}\n`);
}
