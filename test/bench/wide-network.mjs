import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Uniform numbers in (-1, 1) from a multiplicative congruential generator (Park and Miller 1988): the same every time. */
function* noise() {
  for (let state = 1; ;) {
    state = (state * 48271) % 2147483647;
    yield (2 * state) / 2147483647 - 1;
  }
}

/** Writes a sigmoid classifier with random weights (Glorot) of the given widths; returns the path of its model.json. */
export function writeWideNetwork(folder, widths) {
  const random = noise();
  const layers = [];
  const weights = [];
  const parts = [];
  widths.slice(1).forEach((units, k) => {
    const inputs = widths[k];
    const name = `dense_${k + 1}`;
    const activation = k === widths.length - 2 ? 'softmax' : 'sigmoid';
    const config = { name, units, activation, use_bias: true, trainable: true };
    layers.push({ class_name: 'Dense', config: k === 0 ? { ...config, batch_input_shape: [null, inputs] } : config });
    const scale = Math.sqrt(6 / (inputs + units));
    parts.push(
      Float32Array.from({ length: inputs * units }, () => scale * random.next().value),
      new Float32Array(units),
    );
    weights.push({ name: `${name}/kernel`, shape: [inputs, units], dtype: 'float32' });
    weights.push({ name: `${name}/bias`, shape: [units], dtype: 'float32' });
  });
  const modelTopology = { class_name: 'Sequential', config: { name: 'wide', layers }, keras_version: '2.15.0' };
  const model = { format: 'layers-model', modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights }] };
  writeFileSync(join(folder, 'weights.bin'), Buffer.concat(parts.map((part) => Buffer.from(part.buffer))));
  writeFileSync(join(folder, 'model.json'), JSON.stringify(model));
  return join(folder, 'model.json');
}
