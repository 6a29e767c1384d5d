import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a network of one dense layer for inputs of this shape, and returns its path: what reads data sets of this shape. */
export function tinyModel(folder, shape) {
  mkdirSync(folder, { recursive: true });
  const inputs = shape.reduce((product, length) => product * length, 1);
  const first = { name: 'flatten', batch_input_shape: [null, ...shape], dtype: 'float32', trainable: true };
  const dense = { name: 'dense', units: 2, activation: 'softmax', use_bias: true, trainable: true };
  const layers = [
    { class_name: 'Flatten', config: first },
    { class_name: 'Dense', config: dense },
  ];
  const weights = [
    { name: 'dense/kernel', shape: [inputs, 2], dtype: 'float32' },
    { name: 'dense/bias', shape: [2], dtype: 'float32' },
  ];
  const model = {
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential', config: { name: 'tiny', layers }, keras_version: 'tfjs-layers 4.22.0' },
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  };
  const numbers = Float32Array.from({ length: 2 * inputs + 2 }, (_, k) => Math.sin(k) / 4);
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(numbers.buffer));
  writeFileSync(join(folder, 'model.json'), JSON.stringify(model));
  return join(folder, 'model.json');
}
