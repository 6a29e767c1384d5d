import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Uniform numbers in (-1, 1) from a multiplicative congruential generator (Park and Miller 1988): the same every time. */
function* noise() {
  for (let state = 1; ;) {
    state = (state * 48271) % 2147483647;
    yield (2 * state) / 2147483647 - 1;
  }
}

/** Collects layers of a functional model with random weights, and writes it as a LayersModel. */
class RandomNetwork {
  #random = noise();
  #layers = [];
  #weights = [];
  #parts = [];
  #counts = {};

  input(shape) {
    return this.#layer('InputLayer', { batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false }, []);
  }

  dense(from, [inputs, units], activation) {
    const name = this.#layer('Dense', { units, activation, use_bias: true }, [from]);
    this.#uniform(`${name}/kernel`, [inputs, units], Math.sqrt(6 / (inputs + units)));
    this.#fill(`${name}/bias`, [units], 0);
    return name;
  }

  convolution(from, kernelSize, [inputs, filters], options) {
    const name = this.#layer('Conv2D', { ...geometry(kernelSize, options), filters }, [from]);
    this.#uniform(
      `${name}/kernel`,
      [kernelSize, kernelSize, inputs, filters],
      Math.sqrt(6 / (kernelSize ** 2 * inputs)),
    );
    if (options.use_bias) this.#fill(`${name}/bias`, [filters], 0);
    return name;
  }

  depthwise(from, kernelSize, channels, options) {
    const name = this.#layer('DepthwiseConv2D', { ...geometry(kernelSize, options), depth_multiplier: 1 }, [from]);
    this.#uniform(`${name}/depthwise_kernel`, [kernelSize, kernelSize, channels, 1], Math.sqrt(6) / kernelSize);
    return name;
  }

  normalisation(from, channels) {
    const config = { axis: [3], momentum: 0.99, epsilon: 0.001, center: true, scale: true };
    const name = this.#layer('BatchNormalization', config, [from]);
    this.#fill(`${name}/gamma`, [channels], 1);
    this.#fill(`${name}/beta`, [channels], 0);
    this.#fill(`${name}/moving_mean`, [channels], 0);
    this.#fill(`${name}/moving_variance`, [channels], 1);
    return name;
  }

  /** A layer without weights. */
  plain(className, config, from) {
    return this.#layer(className, config, [from].flat());
  }

  /** Returns the path of model.json. */
  write(folder, input, output) {
    const end = (name) => [name, 0, 0];
    const config = { name: 'random', layers: this.#layers, input_layers: [end(input)], output_layers: [end(output)] };
    const modelTopology = { class_name: 'Functional', config, keras_version: '2.15.0' };
    const weightsManifest = [{ paths: ['weights.bin'], weights: this.#weights }];
    writeFileSync(join(folder, 'weights.bin'), Buffer.concat(this.#parts.map((part) => Buffer.from(part.buffer))));
    const path = join(folder, 'model.json');
    writeFileSync(path, JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
    return path;
  }

  #layer(className, config, inputs) {
    const count = (this.#counts[className] = (this.#counts[className] ?? 0) + 1);
    const name = `${className.toLowerCase()}_${count}`;
    const nodes = inputs.length === 0 ? [] : [inputs.map((from) => [from, 0, 0, {}])];
    this.#layers.push({
      class_name: className,
      name,
      config: { name, trainable: true, ...config },
      inbound_nodes: nodes,
    });
    return name;
  }

  #uniform(name, shape, scale) {
    this.#add(name, shape, () => scale * this.#random.next().value);
  }

  #fill(name, shape, value) {
    this.#add(name, shape, () => value);
  }

  #add(name, shape, make) {
    this.#parts.push(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, make));
    this.#weights.push({ name, shape, dtype: 'float32' });
  }
}

const geometry = (kernelSize, options) => ({
  kernel_size: [kernelSize, kernelSize],
  strides: [1, 1],
  dilation_rate: [1, 1],
  padding: 'same',
  data_format: 'channels_last',
  activation: 'linear',
  use_bias: false,
  ...options,
});

/** A sigmoid classifier with random weights (Glorot) of the given widths; returns the path of its model.json. */
export function writeWideNetwork(folder, widths) {
  const network = new RandomNetwork();
  const input = network.input([widths[0]]);
  const output = widths
    .slice(1)
    .reduce(
      (from, units, k) => network.dense(from, [widths[k], units], k === widths.length - 2 ? 'softmax' : 'sigmoid'),
      input,
    );
  return network.write(folder, input, output);
}

/** Expansion, channels, repeats, stride of the blocks (Sandler et al. 2018, "MobileNetV2", table 2). */
const BLOCKS = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/** MobileNetV2 for 224×224 images and 1000 classes, 3.5 million parameters, weights random (He). */
export function writeMobileNet(folder) {
  const network = new RandomNetwork();
  const normalised = (from, channels, activated = true) => {
    const normal = network.normalisation(from, channels);
    return activated ? network.plain('ReLU', { max_value: 6, negative_slope: 0, threshold: 0 }, normal) : normal;
  };
  const block = (from, [inputs, channels], expansion, stride) => {
    const wide = inputs * expansion;
    const expanded = expansion === 1 ? from : normalised(network.convolution(from, 1, [inputs, wide], {}), wide);
    const deep = normalised(network.depthwise(expanded, 3, wide, { strides: [stride, stride] }), wide);
    const projected = normalised(network.convolution(deep, 1, [wide, channels], {}), channels, false);
    return stride === 1 && inputs === channels ? network.plain('Add', {}, [from, projected]) : projected;
  };
  const input = network.input([224, 224, 3]);
  let last = normalised(network.convolution(input, 3, [3, 32], { strides: [2, 2] }), 32);
  let inputs = 32;
  for (const [expansion, channels, repeats, stride] of BLOCKS) {
    for (let k = 0; k < repeats; k++) {
      last = block(last, [inputs, channels], expansion, k === 0 ? stride : 1);
      inputs = channels;
    }
  }
  last = normalised(network.convolution(last, 1, [inputs, 1280], {}), 1280);
  const pooled = network.plain('GlobalAveragePooling2D', { data_format: 'channels_last' }, last);
  return network.write(folder, input, network.dense(pooled, [1280, 1000], 'softmax'));
}
