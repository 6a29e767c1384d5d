import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { float32Kernels } from '../../support/backends.js';
import { keras3Layer } from '../../support/models/models.js';
import { look, refusedKeras, refusedModel } from '../../support/models/refused-models.js';
import { applyLayer, makeLayer } from '../../support/models/tfjs-models.js';

const recurrent = {
  units: 1,
  activation: 'tanh',
  use_bias: false,
  return_sequences: false,
  go_backwards: false,
  name: 'own',
  trainable: true,
};

beforeAll(() => float32Kernels('cpu'));

describe('recurrent layers refuse', () => {
  it('an initial state', async () => {
    const text = await refusedModel([[4, 2], [2]], ([x, state]) =>
      applyLayer('SimpleRNN', { units: 2, name: 'own' }, [x!, state!]),
    );
    expect(text).toContain('own: takes one input, but the model gives it 2');
  });

  it('states that are used', async () => {
    const text = await refusedModel([[4, 2]], ([x]) => {
      const outputs = makeLayer('SimpleRNN', { units: 2, returnState: true, name: 'own' }).apply(x!);
      return applyLayer('Activation', { activation: 'tanh' }, (outputs as SymbolicTensor[])[1]!);
    });
    expect(text).toContain('the second output of a layer');
  });

  it('two outputs of a bidirectional layer', async () => {
    const layer = { class_name: 'SimpleRNN', config: recurrent };
    const text = await refusedKeras(look, keras3Layer('Bidirectional', { name: 'both', merge_mode: null, layer }));
    expect(text).toContain('without a merge mode the layer has two outputs, which is not supported');
  });

  it('time in front of the batch', async () => {
    const text = await refusedKeras(look, keras3Layer('SimpleRNN', { ...recurrent, time_major: true }));
    expect(text).toContain('time_major is not supported');
  });

  it('inner layers that are not supported or are custom', async () => {
    const inside = (class_name: string, more: object = {}): Promise<string> => {
      const layer = { class_name, config: { name: 'inner', trainable: true }, ...more };
      return refusedKeras(look, keras3Layer('TimeDistributed', { name: 'own', layer }));
    };
    expect(await inside('Lambda')).toContain(
      'own: it contains a layer of class Lambda, which fisher-audit does not support yet',
    );
    const custom = { module: null, registered_name: 'mine>Dense' };
    expect(await inside('Dense', custom)).toContain('own: it contains a layer of class mine>Dense');
    const cell = { class_name: 'GRUCell', module: 'mine', registered_name: null, config: recurrent };
    expect(await refusedKeras(look, keras3Layer('RNN', { ...recurrent, cell }))).toContain(
      'not a SimpleRNNCell, GRUCell',
    );
  });
});
