import { layers, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { float32Kernels } from '../support/backends.js';
import { loaded, savedModel } from '../support/models/models.js';
import { dense, written } from '../support/models/small-models.js';

beforeAll(() => float32Kernels('cpu'));

describe('configurations must be whole', () => {
  /** Every key of a layer's configuration that decides what it computes. */
  const crucial: Record<string, { make: () => layers.Layer; keys: string[] }> = {
    Dense: { make: () => dense(3), keys: ['units', 'activation', 'use_bias', 'trainable', 'name'] },
    Activation: { make: () => layers.activation({ activation: 'tanh' }), keys: ['activation'] },
    BatchNormalization: {
      make: () => layers.batchNormalization(),
      keys: ['axis', 'epsilon', 'scale', 'center', 'trainable'],
    },
    LayerNormalization: { make: () => layers.layerNormalization(), keys: ['axis', 'epsilon', 'scale', 'center'] },
    ReLU: { make: () => layers.reLU({ maxValue: 0.1 }), keys: ['max_value'] },
    LeakyReLU: { make: () => layers.leakyReLU({ alpha: 0.1 }), keys: ['alpha'] },
    ELU: { make: () => layers.elu(), keys: ['alpha'] },
    ThresholdedReLU: { make: () => layers.thresholdedReLU({ theta: 0.1 }), keys: ['theta'] },
    PReLU: { make: () => layers.prelu({ sharedAxes: 1 } as never), keys: ['shared_axes'] },
    Softmax: { make: () => layers.softmax(), keys: ['axis'] },
    Reshape: { make: () => layers.reshape({ targetShape: [3, 1] }), keys: ['target_shape'] },
  };

  const cases = Object.entries(crucial).flatMap(([name, { make, keys }]) => keys.map((key) => ({ name, make, key })));

  it.each(cases)('$name without $key is refused', async ({ name, make, key }) => {
    const saved = await savedModel(sequential({ layers: [layers.inputLayer({ inputShape: [3] }), make()] }));
    const [, own] = saved.json.modelTopology.config.layers;
    expect(own.class_name).toBe(name);
    expect(own.config).toHaveProperty(key);
    await written(saved, loaded);
    own.config[`${key.slice(0, -1)}~`] = own.config[key];
    Reflect.deleteProperty(own.config as object, key);
    await written(saved, async (path) => {
      await expect(loaded(path)).rejects.toMatchObject({ name: 'AuditError' });
    });
  });
});
